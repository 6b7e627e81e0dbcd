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

/// Makes stdin (always at its end), stdout and stderr. Nothing is buffered, so
/// that nothing is lost when a kernel crashes.
void console_start(void);

#endif
