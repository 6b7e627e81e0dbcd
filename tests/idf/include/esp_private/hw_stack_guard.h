// ESP-IDF components/esp_system/port/include/private/esp_private/hw_stack_guard.h
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

void esp_hw_stack_guard_monitor_start(void);
void esp_hw_stack_guard_monitor_stop(void);

#ifdef __cplusplus
}
#endif
