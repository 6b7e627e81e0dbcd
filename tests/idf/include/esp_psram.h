// ESP-IDF components/esp_psram/include/esp_psram.h
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes of PSRAM that are there and may be used.
size_t esp_psram_get_size(void);

#ifdef __cplusplus
}
#endif
