// ESP-IDF components/esp_rom/include/esp_rom_sys.h
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

uint32_t esp_rom_get_cpu_ticks_per_us(void);
int esp_rom_printf(const char* fmt, ...);

#ifdef __cplusplus
}
#endif
