// The link to the host: a serial port (CDC-ACM) on the chip's high-speed USB.
//
// Nothing that the host sends is ever dropped: bytes stay in TinyUSB's buffer
// until the core takes them, and while that is full the port takes no packet,
// which lets the host wait. A host that left is another matter: what it sent
// last, and what was meant for it, is nobody's.
#ifndef P4JIT_LINK_H
#define P4JIT_LINK_H

#include <esp_err.h>

#include <stdbool.h>
#include <stdint.h>

/// Installs the USB driver and makes the port. ESP_OK, or what the driver said.
esp_err_t p4jit_link_start(void);

/// Would p4jit_link_receive() return at once?
bool p4jit_link_has_news(void);

/// See p4_world.receive and p4_world.send. The host is gone when it closes the
/// port (DTR) or the cable is out.
int32_t p4jit_link_receive(void* self, uint8_t* to, uint32_t room, uint32_t wait_ms);
void p4jit_link_send(void* self, const uint8_t* from, uint32_t count);

#endif
