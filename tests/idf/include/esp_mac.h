// ESP-IDF components/esp_hw_support/include/esp_mac.h
#pragma once

#include <esp_err.h>

#include <stdint.h>

typedef enum {
    ESP_MAC_BASE = 6,
    ESP_MAC_EFUSE_FACTORY,
} esp_mac_type_t;

#ifdef __cplusplus
extern "C"
#endif
    esp_err_t
    esp_read_mac(uint8_t* mac, esp_mac_type_t type);
