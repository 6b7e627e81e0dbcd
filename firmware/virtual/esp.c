// Names of ESP-IDF that kernels commonly call, as far as this board can do
// honestly what they promise. Names that only exist as inline functions or
// macros in ESP-IDF's headers need nothing here.

#include "firmware/virtual/chip.h"
#include "firmware/virtual/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/// Microseconds since the start, by the CPU clock.
int64_t esp_timer_get_time(void) { return (int64_t)(cycles() / CPU_MHZ); }

uint32_t esp_cpu_get_cycle_count(void) { return (uint32_t)cycles(); }

uint32_t esp_rom_get_cpu_ticks_per_us(void) { return CPU_MHZ; }

void esp_rom_delay_us(uint32_t us) {
    uint64_t start = cycles();
    while (cycles() - start < (uint64_t)us * CPU_MHZ) {
    }
}

void ets_delay_us(uint32_t us) { esp_rom_delay_us(us); }

int esp_rom_printf(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = vprintf(format, arguments);
    va_end(arguments);
    return count;
}

int ets_printf(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = vprintf(format, arguments);
    va_end(arguments);
    return count;
}

/// Milliseconds since the start.
uint32_t esp_log_timestamp(void) { return (uint32_t)(esp_timer_get_time() / 1000); }

/// What ESP_LOGI() and its like call. Level and tag are in the text already.
void esp_log_write(int level, const char* tag, const char* format, ...) {
    (void)level;
    (void)tag;
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
}

/// ESP_OK, or ESP_ERR_NOT_SUPPORTED for an address that has no cache.
int esp_cache_msync(void* address, size_t size, int flags) {
    enum { ESP_OK = 0, ESP_ERR_NOT_SUPPORTED = 0x106 };
    (void)flags;
    return world_sync(NULL, (uint32_t)address, size) ? ESP_OK : ESP_ERR_NOT_SUPPORTED;
}

_Noreturn void esp_system_abort(const char* details) {
    printf("p4jit: abort: %s\n", details);
    abort();
}
