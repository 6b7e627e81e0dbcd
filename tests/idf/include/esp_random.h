// ESP-IDF components/esp_hw_support/include/esp_random.h
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C"
#endif
    uint32_t
    esp_random(void);
