// ESP-IDF components/esp_hw_support/include/esp_chip_info.h
#pragma once

#include <stdint.h>

typedef enum { CHIP_ESP32P4 = 18 } esp_chip_model_t;

typedef struct {
    esp_chip_model_t model;
    uint32_t features;
    uint16_t revision; // 100 * major + minor
    uint8_t cores;
} esp_chip_info_t;

#ifdef __cplusplus
extern "C"
#endif
    void
    esp_chip_info(esp_chip_info_t* out_info);
