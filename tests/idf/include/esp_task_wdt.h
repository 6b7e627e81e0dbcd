// ESP-IDF components/esp_system/include/esp_task_wdt.h
#pragma once

#include <esp_err.h>

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t timeout_ms;
    uint32_t idle_core_mask;
    bool trigger_panic;
} esp_task_wdt_config_t;

#ifdef __cplusplus
extern "C"
#endif
    esp_err_t
    esp_task_wdt_reconfigure(const esp_task_wdt_config_t* config);
