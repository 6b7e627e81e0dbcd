// Structures as words of the command line: {1,2.5,{3,4}}, in the order of the
// fields, as a C initializer.
#pragma once

#include "p4jit/jit/element.hpp"

#include <string>

namespace p4jit::cli {

/// The bytes of a structure, an array in it being one more pair of braces. What
/// is left out is 0; of a union the first member is given. Throws
/// ArgumentValueError, which quotes what does not fit.
Bytes parse_record(const ElementType& type, const std::string& word);

/// The same text again.
std::string record_to_text(const ElementType& type, ByteView bytes);

} // namespace p4jit::cli
