// P4-JIT on an ESP32-P4: what an application calls.
//
// Native functions from a host on USB run here, in a task of their own on one
// core, while the other core answers the host. docs/silicon.md tells how to
// build, flash and connect.
#ifndef P4JIT_H
#define P4JIT_H

#include <esp_err.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Starts the USB port and the tasks, and returns. Call it once, from app_main().
/// ESP_OK; ESP_ERR_NO_MEM: no internal RAM for the kernels' stack, or no memory
/// for the receive buffer; ESP_ERR_INVALID_STATE: called before; or what
/// tinyusb_driver_install() said.
esp_err_t p4jit_start(void);

#ifdef __cplusplus
}
#endif
#endif
