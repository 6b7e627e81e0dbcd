#include "p4jit/isa/registers.hpp"

#include <algorithm>
#include <array>

namespace p4jit::isa {

namespace {

constexpr std::array<std::string_view, 32> x_names = {
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0",  "a1",  "a2", "a3", "a4", "a5",
    "a6",   "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

constexpr std::array<std::string_view, 32> f_names = {
    "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "fs0", "fs1", "fa0",  "fa1",  "fa2", "fa3", "fa4",  "fa5",
    "fa6", "fa7", "fs2", "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11"};

struct Csr {
    unsigned number;
    std::string_view name;
};

constexpr std::array csrs = {
#define CSR(number, name, meaning) Csr{number, #name},
#include "spec/isa/csr.def"
};

} // namespace

std::string_view x_name(unsigned number) { return x_names[number]; }
std::string_view f_name(unsigned number) { return f_names[number]; }

std::optional<unsigned> x_number(std::string_view name) {
    if (name == "fp") return 8;
    if (const auto found = std::ranges::find(x_names, name); found != x_names.end())
        return static_cast<unsigned>(found - x_names.begin());
    if (!name.starts_with('x') || name.size() < 2 || name.size() > 3 || (name[1] == '0' && name.size() == 3)) return {};
    unsigned number = 0;
    for (char c : name.substr(1)) {
        if (c < '0' || c > '9') return {};
        number = number * 10 + unsigned(c - '0');
    }
    return number < 32 ? std::optional(number) : std::nullopt;
}

std::optional<std::string_view> csr_name(unsigned number) {
    const auto found = std::ranges::find(csrs, number, &Csr::number);
    if (found == csrs.end()) return std::nullopt;
    return found->name;
}

std::string_view rounding_mode_name(unsigned rm) {
    constexpr std::array<std::string_view, 8> names = {"rne", "rtz", "rdn", "rup", "rmm", "?", "?", "dyn"};
    return names[rm & 7];
}

std::string_view vector_rounding_name(unsigned rm) {
    constexpr std::array<std::string_view, 8> names = {"rdn", "rup", "raz", "rtz", "rhaz", "rhtz", "rne", "dyn"};
    return names[rm & 7];
}

} // namespace p4jit::isa
