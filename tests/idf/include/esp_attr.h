// ESP-IDF components/esp_common/include/esp_attr.h
#pragma once

#define IRAM_ATTR __attribute__((section(".iram1.code")))
