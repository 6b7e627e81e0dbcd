#include "p4jit/toolchain/kernel_headers.hpp"

#include "p4jit/base/file.hpp"

#include <array>

extern "C" const char p4jit_pie_h[], p4jit_pie_h_end[], p4jit_pie_instructions_h[], p4jit_pie_instructions_h_end[];

namespace p4jit::toolchain {

namespace {

std::string_view between(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

} // namespace

std::span<const KernelHeader> kernel_headers() {
    static const std::array headers = {
        KernelHeader{"p4jit/pie.h", between(p4jit_pie_h, p4jit_pie_h_end)},
        KernelHeader{"p4jit/pie_instructions.h", between(p4jit_pie_instructions_h, p4jit_pie_instructions_h_end)},
    };
    return headers;
}

void write_kernel_headers(const std::filesystem::path& folder) {
    for (const auto& header : kernel_headers()) {
        std::filesystem::create_directories((folder / header.name).parent_path());
        write_file(folder / header.name, as_bytes(header.text));
    }
}

} // namespace p4jit::toolchain
