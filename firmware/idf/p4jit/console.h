// What kernels print: to the host if it wants it, else to the board's console.
#ifndef P4JIT_CONSOLE_H
#define P4JIT_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// See p4_world.route_console and p4_world.console.
void p4jit_console_route(void* self, bool to_host);
uint32_t p4jit_console_take(void* self, uint8_t* to, uint32_t room);

bool p4jit_console_goes_to_host(void);

/// Has the kernel written a line, or filled half of the buffer?
bool p4jit_console_waits(void);

/// From the kernel task: takes the text if it goes to the host. Waits while the
/// buffer is full; drops the text if the kernel is being stopped. False: it goes
/// to the board's own console.
bool p4jit_console_put(const void* text, size_t size);

#endif
