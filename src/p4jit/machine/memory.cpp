#include "p4jit/machine/memory.hpp"

#include "p4jit/base/error.hpp"

#include <algorithm>
#include <cassert>

namespace p4jit::machine {

static_assert(sizeof(void*) == 8, "page table entries are differences of host and guest addresses");

namespace {

// calloc hands out big blocks as untouched zero pages, so that 32 MiB of PSRAM
// and tables for 4 GiB cost nothing until they are used.
template <typename T>
T* zeroed(std::size_t count) {
    auto* memory = static_cast<T*>(std::calloc(count, sizeof(T)));
    if (memory == nullptr) throw SystemError("out of memory on this computer while making the virtual chip");
    return memory;
}

std::uint32_t page_of(std::uint32_t address) { return address >> page_bits; }

bool overlaps(std::uint32_t a, std::uint32_t a_size, std::uint32_t b, std::uint32_t b_size) {
    return a - b < b_size || b - a < a_size;
}

} // namespace

Memory::Memory()
    : read_table_(zeroed<PageEntry>(page_count)),
      write_table_(zeroed<PageEntry>(page_count)),
      flags_(zeroed<std::uint8_t>(page_count)) {}

void Memory::add_memory(std::string name, std::uint32_t base, std::uint32_t size, Kind kind) {
    assert(base % page_size == 0 && size % page_size == 0);
    auto region = std::make_unique<Region>(
        Region{std::move(name), size, kind, Zeroed<std::uint8_t>(zeroed<std::uint8_t>(size)), {base}});
    map_pages(*region, base);
    regions_.push_back(std::move(region));
}

void Memory::add_alias(std::uint32_t base, std::uint32_t of) {
    const auto region = std::ranges::find_if(regions_, [of](const auto& r) { return r->bases.front() == of; });
    assert(region != regions_.end());
    (*region)->bases.push_back(base);
    map_pages(**region, base);
}

void Memory::map_pages(const Region& region, std::uint32_t base) {
    const auto entry = reinterpret_cast<PageEntry>(region.bytes.get()) - base;
    for (std::uint32_t offset = 0; offset < region.size; offset += page_size) {
        const auto page = page_of(base + offset);
        read_table_[page] = entry;
        flags_[page] = region.kind == Kind::ram ? readable | writable : readable;
        update_write_table(page);
    }
}

void Memory::add_device(std::uint32_t base, std::uint32_t size, Device& device) {
    devices_.push_back({base, size, &device});
}

Memory::Place Memory::find(std::uint32_t address) const {
    for (const auto& region : regions_)
        for (const auto base : region->bases)
            if (address - base < region->size) return {region.get(), address - base};
    return {};
}

Device* Memory::device_at(std::uint32_t address) const {
    for (const auto& range : devices_)
        if (address - range.base < range.size) return range.device;
    return nullptr;
}

bool Memory::all_pages_have(std::uint32_t address, unsigned size, PageFlag flag) const {
    return flags_[page_of(address)] & flags_[page_of(address + size - 1)] & flag;
}

bool Memory::load(std::uint32_t address, unsigned size, std::uint32_t& value) {
    if (all_pages_have(address, size, readable)) {
        value = 0;
        for (unsigned i = 0; i < size; ++i) {
            const auto* byte = reinterpret_cast<const std::uint8_t*>(read_table_[page_of(address + i)] + (address + i));
            value |= std::uint32_t{*byte} << 8 * i;
        }
        return true;
    }
    auto* device = device_at(address);
    if (device == nullptr || address % size != 0) return false;
    const auto read = device->read(address, size);
    value = read.value_or(0);
    return read.has_value();
}

bool Memory::store(std::uint32_t address, unsigned size, std::uint32_t value) {
    if (all_pages_have(address, size, writable)) {
        for (unsigned i = 0; i < size; ++i) {
            auto* byte = reinterpret_cast<std::uint8_t*>(read_table_[page_of(address + i)] + (address + i));
            *byte = static_cast<std::uint8_t>(value >> 8 * i);
        }
        notice_store(address, size);
        return true;
    }
    auto* device = device_at(address);
    return device != nullptr && address % size == 0 && device->write(address, size, value);
}

bool Memory::can_store(std::uint32_t address) const {
    return (flags_[page_of(address)] & writable) || device_at(address) != nullptr;
}

void Memory::notice_store(std::uint32_t address, unsigned size) {
    const auto flags = flags_[page_of(address)] | flags_[page_of(address + size - 1)];
    if (flags & has_code) changed(address, size);
    if (!(flags & has_watch)) return;
    for (const auto& watch : store_watches_)
        if (overlaps(address, size, watch.address, watch.size)) watch.callback();
}

bool Memory::fetch(std::uint32_t address, std::uint16_t& half) const {
    const auto entry = read_table_[page_of(address)];
    if (entry == 0) return false;
    half = load_le<std::uint16_t>(reinterpret_cast<const void*>(entry + address));
    return true;
}

MutableBytes Memory::view(std::uint32_t address, std::uint32_t size) {
    const auto [region, offset] = find(address);
    if (region == nullptr || size > region->size - offset) return {};
    return {region->bytes.get() + offset, size};
}

ByteView Memory::view(std::uint32_t address, std::uint32_t size) const {
    return const_cast<Memory*>(this)->view(address, size);
}

bool Memory::program(std::uint32_t address, ByteView bytes) {
    const auto target = view(address, static_cast<std::uint32_t>(bytes.size()));
    if (target.size() != bytes.size()) return false;
    std::ranges::copy(bytes, target.begin());
    changed(address, static_cast<std::uint32_t>(bytes.size()));
    return true;
}

void Memory::changed(std::uint32_t address, std::uint32_t size) {
    const auto [region, offset] = find(address);
    if (region == nullptr || !code_changed_ || size == 0) return;
    for (const auto base : region->bases) code_changed_(base + offset, size);
}

void Memory::set_page_has_code(std::uint32_t address, bool has) {
    const auto [region, offset] = find(address);
    if (region == nullptr) return;
    const auto set = [this](std::uint32_t page, unsigned flag, bool on) {
        flags_[page] = static_cast<std::uint8_t>(on ? flags_[page] | flag : flags_[page] & ~flag);
    };
    set(page_of(address), has_own_code, has);
    bool any = false;
    for (const auto base : region->bases) any = any || (flags_[page_of(base + offset)] & has_own_code);
    for (const auto base : region->bases) {
        set(page_of(base + offset), has_code, any);
        update_write_table(page_of(base + offset));
    }
}

void Memory::watch_stores(std::uint32_t address, std::uint32_t size, std::function<void()> callback) {
    store_watches_.push_back({address, size, std::move(callback)});
    for (auto page = page_of(address); page <= page_of(address + size - 1); ++page) {
        flags_[page] |= has_watch;
        update_write_table(page);
    }
}

void Memory::update_write_table(std::uint32_t page) {
    const bool plain = (flags_[page] & (writable | has_code | has_watch)) == writable;
    write_table_[page] = plain ? read_table_[page] : 0;
}

std::string_view Memory::region_name(std::uint32_t address) const {
    const auto region = find(address).region;
    return region != nullptr ? std::string_view(region->name) : "no memory";
}

} // namespace p4jit::machine
