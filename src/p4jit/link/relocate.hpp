// A plan and an address in, the image's bytes out.
#pragma once

#include "p4jit/link/plan.hpp"

namespace p4jit::link {

/// The bytes of the image for this address, .bss as zeros. The plan can be
/// relocated again, anywhere. Throws LinkError once, with every value that does
/// not fit its field; never for objects that a compiler made for rv32.
Bytes relocate(const Plan& plan, std::uint32_t address);
/// The same for code and data at addresses of their own; the bytes are by the
/// plan's offsets.
Bytes relocate(const Plan& plan, const Addresses& addresses);

} // namespace p4jit::link
