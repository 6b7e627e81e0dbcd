#include "p4jit/dwarf/ranges.hpp"

namespace p4jit::dwarf {

namespace {

using Ranges = std::vector<AddressRange>;

void read_ranges(const Info& info, std::uint32_t base, std::uint64_t offset, Ranges& ranges) {
    Cursor at(info.sections().ranges, offset);
    for (;;) {
        info.sections().effort().spend(1);
        const auto low = at.u32(), high = at.u32();
        if (!at.ok()) info.sections().corrupt(fmt::format("a range list at {:#x} does not end", offset));
        if (low == 0 && high == 0) return;
        if (low == 0xFFFF'FFFF)
            base = high;
        else
            ranges.push_back({base + low, base + high});
    }
}

void read_rnglist(const Info& info, const Unit& unit, std::uint64_t offset, Ranges& ranges) {
    auto base = unit.low_pc;
    Cursor at(info.sections().rnglists, offset);
    const auto narrow = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
    for (;;) {
        info.sections().effort().spend(1);
        const auto kind = at.u8();
        std::uint32_t low = 0, high = 0;
        switch (kind) {
        case DW_RLE_end_of_list:
            if (!at.ok()) info.sections().corrupt(fmt::format("a range list at {:#x} does not end", offset));
            return;
        case DW_RLE_base_addressx: base = info.indexed_address(unit, at.uleb128()); continue;
        case DW_RLE_base_address: base = at.u32(); continue;
        case DW_RLE_startx_endx:
            low = info.indexed_address(unit, at.uleb128());
            high = info.indexed_address(unit, at.uleb128());
            break;
        case DW_RLE_startx_length:
            low = info.indexed_address(unit, at.uleb128());
            high = low + narrow(at.uleb128());
            break;
        case DW_RLE_offset_pair:
            low = base + narrow(at.uleb128());
            high = base + narrow(at.uleb128());
            break;
        case DW_RLE_start_end:
            low = at.u32();
            high = at.u32();
            break;
        case DW_RLE_start_length:
            low = at.u32();
            high = low + narrow(at.uleb128());
            break;
        default: info.sections().corrupt(fmt::format("a range list entry of the unknown kind {}", kind));
        }
        if (at.ok()) ranges.push_back({low, high});
    }
}

} // namespace

std::vector<AddressRange> address_ranges(const Info& info, const Entry& entry) {
    Ranges ranges;
    const auto& unit = *entry.unit;
    if (const auto list = info.find(entry, DW_AT_ranges)) {
        auto offset = list->number;
        if (list->form == DW_FORM_rnglistx) {
            Cursor at(info.sections().rnglists, unit.rnglists_base + 4 * std::min<std::uint64_t>(offset, 0xFFFF'FFFF));
            offset = unit.rnglists_base + std::uint64_t{at.u32()};
        }
        if (unit.version >= 5)
            read_rnglist(info, unit, offset, ranges);
        else
            read_ranges(info, unit.low_pc, offset, ranges);
    } else if (const auto low = info.address(entry, DW_AT_low_pc)) {
        ranges.push_back({*low, info.high_pc(entry, *low).value_or(*low)});
    }
    std::erase_if(ranges, [&](const AddressRange& range) {
        return range.high <= range.low || !info.sections().addresses().place(range.low);
    });
    return ranges;
}

} // namespace p4jit::dwarf
