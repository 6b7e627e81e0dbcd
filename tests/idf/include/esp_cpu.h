// ESP-IDF components/esp_hw_support/include/esp_cpu.h, where it is inline.
#pragma once

#include <stdint.h>

typedef uint32_t esp_cpu_cycle_count_t;

#ifdef __cplusplus
extern "C"
#endif
    esp_cpu_cycle_count_t
    esp_cpu_get_cycle_count(void);
