#include "p4jit/dwarf/place.hpp"

#include "p4jit/base/error.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace p4jit::dwarf {

AddressMap::AddressMap(const elf::Object& object)
    : bases_(object.sections().size()), image_(object.kind() == elf::ObjectKind::image) {
    std::uint64_t next = 0x1000; // so that 0 and small numbers stay no address
    for (const auto& section : object.sections()) {
        // Thread-local sections of an image share addresses with others.
        if (!section.allocated() || (image_ && (section.flags & elf::section_flag::tls))) continue;
        if (!image_) {
            bases_[section.index] = static_cast<std::uint32_t>(next);
            next += align_up<std::uint64_t>(std::uint64_t{section.size} + 1, 16);
        }
        if (next > 0xFFFF'0000)
            throw BadObject(
                fmt::format("{}: its sections do not fit into 32-bit memory; make them smaller", object.name()));
        spans_.push_back({image_ ? section.address : bases_[section.index], section.size, section.index});
    }
    std::sort(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
}

std::optional<Place> AddressMap::place(std::uint32_t address) const {
    const auto after = std::upper_bound(spans_.begin(), spans_.end(), address,
                                        [](std::uint32_t wanted, const Span& span) { return wanted < span.begin; });
    if (after == spans_.begin()) return std::nullopt;
    const auto& span = *(after - 1);
    if (address - span.begin >= span.size) return std::nullopt;
    return Place{span.section, image_ ? address : address - span.begin};
}

std::uint32_t AddressMap::address(Place place) const {
    if (image_ || place.section >= bases_.size()) return place.value;
    return bases_[place.section] + place.value;
}

} // namespace p4jit::dwarf
