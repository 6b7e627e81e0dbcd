// The link to the host and the console, byte by byte.
#ifndef P4_VIRTUAL_LINK_H
#define P4_VIRTUAL_LINK_H

#include <stdbool.h>
#include <stdint.h>

/// See p4_world.receive and p4_world.send.
int32_t link_receive(void* self, uint8_t* to, uint32_t room, uint32_t wait_ms);
void link_send(void* self, const uint8_t* from, uint32_t count);

/// Has the host sent something that was not yet received?
bool link_has_bytes(void);

/// Makes stdin (always at its end), stdout and stderr, on UART0. The C library
/// buffers nothing, so that nothing is lost when a kernel crashes.
void console_start(void);

/// See p4_world.route_console and p4_world.console.
void console_route(void* self, bool to_host);
uint32_t console_take(void* self, uint8_t* to, uint32_t room);

bool console_goes_to_host(void);

/// Has the kernel hart written a line, or more than half of the buffer?
bool console_waits(void);

#endif
