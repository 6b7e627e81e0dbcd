// The headers that kernels find as <p4jit/…>: kernel/p4jit, carried along.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

namespace p4jit::toolchain {

struct KernelHeader {
    std::string_view name; ///< "p4jit/pie.h"
    std::string_view text;
};

std::span<const KernelHeader> kernel_headers();

/// Puts them into `folder`, for -isystem.
void write_kernel_headers(const std::filesystem::path& folder);

} // namespace p4jit::toolchain
