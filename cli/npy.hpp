// NumPy's array files (NEP 1; numpy.lib.format): one array of numbers.
#pragma once

#include "p4jit/jit/scalar.hpp"

#include <filesystem>

namespace p4jit::cli {

struct NpyArray {
    ScalarType element;
    Bytes bytes; ///< elements in C order
};

/// Throws SourceNotFound, and BadObject for what is no .npy file of
/// little-endian numbers in C order.
NpyArray read_npy(const std::filesystem::path& path);

} // namespace p4jit::cli
