// Names of registers, CSRs and rounding modes, as the psABI and the manuals
// give them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace p4jit::isa {

/// ABI names: "zero", "ra", "sp", …; "ft0", … Number 0..31.
std::string_view x_name(unsigned number);
std::string_view f_name(unsigned number);

/// The number of an integer register by ABI or plain name ("a0", "x10", "fp").
std::optional<unsigned> x_number(std::string_view name);

/// The name of a CSR, or nothing if spec/isa/csr.def does not have it.
std::optional<std::string_view> csr_name(unsigned number);

/// "rne", "rtz", "rdn", "rup", "rmm" for 0..4, "dyn" for 7, otherwise "?".
std::string_view rounding_mode_name(unsigned rm);

/// A vector instruction's: "rdn", "rup", "raz", "rtz", "rhaz", "rhtz", "rne",
/// "dyn", in the order of CFG.vxrm.
std::string_view vector_rounding_name(unsigned rm);

} // namespace p4jit::isa
