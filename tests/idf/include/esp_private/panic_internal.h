// ESP-IDF components/esp_system/include/esp_private/panic_internal.h
#pragma once

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

extern bool g_panic_abort;
extern char* g_panic_abort_details;

#ifdef __cplusplus
}
#endif
