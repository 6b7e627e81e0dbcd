// Stopping a kernel from the other core.
//
// FreeRTOS on this chip has no way to make a running task do something else. But
// when a task does not run, its registers lie on its stack, in a frame that the
// first word of its control block points to, and it goes on where the frame says.
// So a task of the highest priority, on the kernel's core, is woken: while it
// runs, the kernel, pinned to that core, does not, and its frame can be changed.
//
// An interrupt of the other core (esp_ipc_isr_call) would come through even where
// interrupts are masked, in the middle of a critical section, and sees no frame.
// Deleting the task would leave what it holds behind. Waiting for esp_ipc_call()
// would end the link with a kernel that never lets the core go.
#ifndef P4JIT_STOP_H
#define P4JIT_STOP_H

#include <esp_err.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>

#include <stdbool.h>
#include <stdint.h>

/// While the kernel is in the firmware's code, which may hold a lock, it is let
/// run for so long; then it is stopped all the same.
enum { P4JIT_STOP_PATIENCE_MS = 50 };

/// Makes the stopping task. ESP_OK or ESP_ERR_NO_MEM.
esp_err_t p4jit_stop_start(TaskHandle_t kernel);

/// Wakes it, to stop the kernel of that p4jit_kernel_number(); does not wait.
void p4jit_stop_kernel(uint32_t number);

/// For the stopping task and tests: makes the kernel task, which does not run,
/// go on at p4jit_kernel_abort. False: no kernel has it, or the kernel is in the
/// firmware's code and `force` is not set.
bool p4jit_stop_divert(TaskHandle_t kernel, bool force);

#endif
