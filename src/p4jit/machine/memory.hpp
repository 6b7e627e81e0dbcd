// The address space: memory, its aliases, and devices.
//
// Harts reach memory through two page tables of host pointers, one for reads
// and one for writes; whatever is not plain memory at an aligned address (a
// device, a page with decoded code in it, nothing at all) has no entry there
// and takes the slow path below. Pages with decoded code are kept out of the
// write table so that every store to code is noticed: see code.hpp.
#pragma once

#include "p4jit/base/bytes.hpp"
#include "p4jit/machine/device.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace p4jit::machine {

constexpr unsigned page_bits = 12;
constexpr std::uint32_t page_size = 1u << page_bits;
constexpr std::uint32_t page_count = 1u << (32 - page_bits);

/// A host address minus the guest address of its page, so that adding a guest
/// address gives the host's; 0 for pages without one.
using PageEntry = std::uintptr_t;

class Memory {
public:
    enum class Kind { ram, rom };

    Memory();

    /// Puts `size` bytes of zeros at `base`; both are multiples of the page size.
    /// ROM is written by load() only.
    void add_memory(std::string name, std::uint32_t base, std::uint32_t size, Kind kind);
    /// The region at `of` again, at `base`.
    void add_alias(std::uint32_t base, std::uint32_t of);
    /// `device` is not owned and must live as long as the memory.
    void add_device(std::uint32_t base, std::uint32_t size, Device& device);

    /// Reads or writes 1, 2 or 4 bytes at any alignment; false if any byte of it
    /// is not there, or not writable. Nothing is written then.
    bool load(std::uint32_t address, unsigned size, std::uint32_t& value);
    bool store(std::uint32_t address, unsigned size, std::uint32_t value);
    /// Would a store of one byte there succeed?
    bool can_store(std::uint32_t address) const;

    /// The instruction halfword at an even address; false if it is not memory.
    bool fetch(std::uint32_t address, std::uint16_t& half) const;

    /// The host's view of plain memory, or an empty span if [address, +size) is
    /// not inside one region. Writes through it do not notice code: call
    /// changed() behind them.
    MutableBytes view(std::uint32_t address, std::uint32_t size);
    ByteView view(std::uint32_t address, std::uint32_t size) const;

    /// Puts bytes into RAM or ROM as a programmer would; false if they do not
    /// fit a region.
    bool program(std::uint32_t address, ByteView bytes);

    /// Tells the owner of decoded code that [address, +size) was rewritten.
    void changed(std::uint32_t address, std::uint32_t size);
    using CodeChanged = std::function<void(std::uint32_t address, std::uint32_t size)>;
    void on_code_changed(CodeChanged callback) { code_changed_ = std::move(callback); }

    /// The page of `address` has decoded code from now on, or no longer: stores
    /// to it and to its aliases are reported to on_code_changed.
    void set_page_has_code(std::uint32_t address, bool has);

    /// Calls `callback` after each store that touches [address, +size).
    void watch_stores(std::uint32_t address, std::uint32_t size, std::function<void()> callback);

    const PageEntry* read_table() const { return read_table_.get(); }
    const PageEntry* write_table() const { return write_table_.get(); }

    /// "L2MEM (HP SRAM)", or "no memory" for an address outside every region.
    std::string_view region_name(std::uint32_t address) const;

private:
    struct FreeDeleter {
        void operator()(void* memory) const { std::free(memory); }
    };
    template <typename T>
    using Zeroed = std::unique_ptr<T[], FreeDeleter>;

    struct Region {
        std::string name;
        std::uint32_t size;
        Kind kind;
        Zeroed<std::uint8_t> bytes;
        std::vector<std::uint32_t> bases; ///< where it can be seen; the first is its own
    };
    struct DeviceRange {
        std::uint32_t base, size;
        Device* device;
    };
    struct StoreWatch {
        std::uint32_t address, size;
        std::function<void()> callback;
    };
    struct Place {
        const Region* region = nullptr;
        std::uint32_t offset = 0;
    };

    /// What a page is; 0: no memory. The bytes of a page with has_code are
    /// decoded at its own address or at an alias, with has_own_code at its own.
    enum PageFlag : std::uint8_t { readable = 1, writable = 2, has_code = 4, has_own_code = 8, has_watch = 16 };

    Place find(std::uint32_t address) const;
    Device* device_at(std::uint32_t address) const;
    bool all_pages_have(std::uint32_t address, unsigned size, PageFlag flag) const;
    void notice_store(std::uint32_t address, unsigned size);
    void update_write_table(std::uint32_t page);
    void map_pages(const Region& region, std::uint32_t base);

    std::vector<std::unique_ptr<Region>> regions_;
    std::vector<DeviceRange> devices_;
    std::vector<StoreWatch> store_watches_;
    Zeroed<PageEntry> read_table_, write_table_;
    Zeroed<std::uint8_t> flags_; ///< PageFlags by page
    CodeChanged code_changed_;
};

} // namespace p4jit::machine
