#include "p4jit/jit/family.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::jit {

namespace {

/// What gives the family away in an ISA string, "rv32i2p1_…_zba1p0".
std::string_view telling_extension(std::string_view architecture, bool v3) {
    for (const std::string_view name : {"_zba", "_zbb", "_zbs", "_zcb", "_zcmp", "_xespv2p2"})
        if (v3 && architecture.find(name) != architecture.npos) return name.substr(1);
    for (const std::string_view name : {"_xesppie", "_xespv2p1"})
        if (!v3 && architecture.find(name) != architecture.npos) return name.substr(1);
    return {};
}

} // namespace

void check_family(const elf::Object& object, const isa::ChipRevision& revision) {
    const isa::ChipRevision other = revision.is_v3() ? isa::ChipRevision{1, 3} : isa::ChipRevision{3, 1};
    std::string sign;
    if (const auto* section = object.section(".p4jit.chip"); section != nullptr)
        if (as_text(section->contents).find(other.family()) != std::string_view::npos)
            sign = "esp.* instructions of that family";
    if (const auto extension = telling_extension(object.architecture(), other.is_v3()); !extension.empty())
        sign = fmt::format("the extension {}", extension);
    if (sign.empty()) return;
    throw LinkError(fmt::format("{} is built for chip revisions {}: it has {}. This device is set to revision {}, "
                                "which does not execute them. Build it for revision {}, or open the device as the "
                                "revision it is",
                                object.name(), other.family(), sign, revision.text(), revision.text()));
}

} // namespace p4jit::jit
