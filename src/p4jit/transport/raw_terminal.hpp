// A terminal as a plain line of bytes. Private to this part.
#pragma once

namespace p4jit::transport {

/// Makes the terminal pass every byte as it is: no echo, no line editing, no
/// signals, no flow control, 115200 baud, 8N1. False, with errno, if refused.
bool make_raw(int fd);

} // namespace p4jit::transport
