// A world for firmware/core that obeys the real interface and complains when
// the core does not: memory of the virtual board's shape, and a link that
// plays back pieces of bytes, silences and a host that leaves.
#pragma once

#include "firmware/core/p4_caps.h"
#include "firmware/core/p4_core.h"
#include "firmware/core/p4_memory.h"
#include "p4jit/base/bytes.hpp"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

template <>
struct doctest::StringMaker<p4jit::Bytes> {
    static String convert(const p4jit::Bytes& bytes) {
        return fmt::format("{} bytes: {:02x}", bytes.size(),
                           fmt::join(p4jit::ByteView(bytes).first(std::min<std::size_t>(bytes.size(), 64)), " "))
            .c_str();
    }
};

namespace p4jit::test {

/// "a5 5a 01" as bytes.
inline Bytes hex(std::string_view text) {
    const auto digit = [](char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); };
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] == ' ') continue;
        bytes.push_back(static_cast<std::uint8_t>(digit(text[i]) << 4 | digit(text[i + 1])));
        ++i;
    }
    return bytes;
}

inline Bytes first_bytes(const Bytes& bytes, std::size_t count) {
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

inline std::uint32_t sum(ByteView bytes) {
    std::uint32_t total = 0;
    for (auto byte : bytes) total += byte;
    return total;
}

/// A whole frame.
inline Bytes frame(int command, ByteView payload = {}, int flags = P4_V1_FLAG_REQUEST) {
    Bytes bytes{P4_V1_MAGIC_0, P4_V1_MAGIC_1, static_cast<std::uint8_t>(command), static_cast<std::uint8_t>(flags)};
    append_le(bytes, static_cast<std::uint32_t>(payload.size()));
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    append_le(bytes, static_cast<std::uint16_t>(sum(bytes)));
    return bytes;
}

inline Bytes words(std::initializer_list<std::uint32_t> values) {
    Bytes bytes;
    for (auto value : values) append_le(bytes, value);
    return bytes;
}

inline Bytes request(int command, std::initializer_list<std::uint32_t> values = {}) {
    return frame(command, words(values));
}
inline Bytes answer(int command, std::initializer_list<std::uint32_t> values = {}) {
    return frame(command, words(values), P4_V1_FLAG_OK);
}
inline Bytes error(int command, std::uint32_t code) { return frame(command, words({code}), P4_V1_FLAG_ERROR); }

inline Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

/// One region of memory that remembers its exact bounds, for the sanitizer.
struct Arena {
    Arena(std::uint32_t base, std::uint32_t bytes)
        : address(base), size(bytes), storage(new(std::align_val_t{16}) std::uint8_t[bytes]) {}
    ~Arena() { operator delete[](storage, std::align_val_t{16}); }
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    bool spans(std::uint32_t where) const { return where - address < size; }
    std::uint8_t* at(std::uint32_t where) { return storage + (where - address); }

    std::uint32_t address, size;
    std::uint8_t* storage;
};

class FakeWorld {
public:
    explicit FakeWorld(std::uint32_t psram_size = 4 << 20) : psram_(0x48000000, psram_size) {
        const std::uint32_t common = P4_CAP(DEFAULT) | P4_CAP(32BIT) | P4_CAP(8BIT);
        const std::uint32_t l2mem_caps[] = {common | P4_CAP(INTERNAL) | P4_CAP(DMA) | P4_CAP(EXEC) | P4_CAP(SIMD), 0,
                                            0};
        const std::uint32_t psram_caps[] = {P4_CAP(SPIRAM), 0, common | P4_CAP(SIMD)};
        const std::uint32_t spm_caps[] = {P4_CAP(TCM), 0, common | P4_CAP(INTERNAL)};
        p4_memory_start(&heaps);
        add(l2mem_, l2mem_caps);
        add(psram_, psram_caps);
        add(spm_, spm_caps);
    }
    FakeWorld(const FakeWorld&) = delete;
    FakeWorld& operator=(const FakeWorld&) = delete;

    /// What the host does, one entry a call of receive().
    struct Silence {};
    struct Gone {};
    using Event = std::variant<Bytes, Silence, Gone>;
    std::deque<Event> script;

    /// What the device sent since the last look.
    Bytes sent;

    /// What code at an address does; a test must set it to allow EXEC.
    std::function<p4_outcome(std::uint32_t address, std::uint32_t& result)> kernel;

    /// The same with all that the core says and wants to know, for CALL. Used
    /// instead of `kernel` if it is set.
    std::function<p4_outcome(const p4_run& run, p4_end& end)> call;

    std::uint32_t now = 0; ///< milliseconds
    std::string printed;   ///< what kernels printed and the core has not taken
    bool console_to_host = false;

    /// Addresses that allocate() hands out before it asks the heaps.
    std::deque<std::uint32_t> forced_addresses;

    /// What heap_sizes() says instead of the truth.
    std::unique_ptr<p4_heap_sizes> forced_sizes;

    /// May a session that takes the risk use what is in no block of its? As
    /// long as nothing is set, all memory there is.
    std::function<bool(std::uint32_t address, std::uint32_t size, p4_access access)> reach;

    /// Called by every sync().
    std::function<void(std::uint32_t address, std::uint32_t size)> on_sync;

    bool refuses_allocations = false;
    p4_memory heaps;
    std::set<std::uint32_t> allocated;

    /// The bytes from an address on, in whatever region it is.
    std::uint8_t* at(std::uint32_t address) {
        for (auto* arena : {&l2mem_, &psram_, &spm_})
            if (arena->spans(address)) return arena->at(address);
        FAIL("the core asked for memory at an address where none is");
        return nullptr;
    }

    const p4_world table{
        .self = this,
        .receive = [](void* self, auto... a) { return of(self).receive(a...); },
        .send = [](void* self, auto... a) { return of(self).send(a...); },
        .allocate = [](void* self, auto... a) { return of(self).allocate(a...); },
        .release = [](void* self, auto... a) { return of(self).release(a...); },
        .memory = [](void* self, auto... a) { return of(self).at(a...); },
        .reaches = [](void* self, auto... a) { return of(self).reaches(a...); },
        .sync = [](void* self, auto... a) { return of(self).sync(a...); },
        .heap_sizes = [](void* self) { return of(self).heap_sizes(); },
        .heap_check = [](void* self) { return of(self).heap_check(); },
        .execute = [](void* self, auto... a) { return of(self).execute(a...); },
        .now_ms = [](void* self) { return of(self).now; },
        .route_console = [](void* self, bool to_host) { of(self).console_to_host = to_host; },
        .console = [](void* self, auto... a) { return of(self).console(a...); },
        .about = &about,
    };

    static constexpr std::uint8_t build[] = {1, 2, 3, 4, 5, 6, 7, 8};
    p4_about about{.chip = 0x5034,
                   .revision = 103,
                   .clock_hz = 360'000'000,
                   .boot = 0xB007,
                   .stack = 0x4FF00000,
                   .stack_size = 0x10000,
                   .build = build,
                   .build_size = sizeof build,
                   .name = "fake 1.0"};

private:
    static FakeWorld& of(void* self) { return *static_cast<FakeWorld*>(self); }

    void add(Arena& arena, const std::uint32_t* caps) {
        REQUIRE(p4_memory_add(&heaps, arena.storage, arena.address, arena.size, caps) == P4_OK);
    }

    bool is_inside_a_block(const std::uint8_t* bytes, std::uint32_t size) {
        for (auto address : allocated) {
            const auto offset = static_cast<std::size_t>(bytes - at(address));
            if (offset <= p4_memory_size_of(&heaps, address) && size <= p4_memory_size_of(&heaps, address) - offset)
                return true;
        }
        return false;
    }

    std::int32_t receive(std::uint8_t* to, std::uint32_t room, std::uint32_t wait_ms) {
        REQUIRE(room > 0);
        REQUIRE(is_inside_a_block(to, room));
        const bool only_what_is_there = wait_ms == 0;
        if (script.empty() || (only_what_is_there && std::holds_alternative<Silence>(script.front()))) {
            REQUIRE_MESSAGE(only_what_is_there, "the core waits for bytes that never come");
            return 0;
        }
        if (std::holds_alternative<Gone>(script.front())) return script.pop_front(), -1;
        if (std::holds_alternative<Silence>(script.front())) {
            script.pop_front();
            now += 600;
            // A core that waits for ever does not notice a silence: give it what follows.
            return wait_ms != P4_FOREVER || script.empty() ? 0 : receive(to, room, wait_ms);
        }
        auto& piece = std::get<Bytes>(script.front());
        REQUIRE(!piece.empty());
        const auto count = std::min<std::size_t>(room, piece.size());
        std::memcpy(to, piece.data(), count);
        piece.erase(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
        if (piece.empty()) script.pop_front();
        return static_cast<std::int32_t>(count);
    }

    void send(const std::uint8_t* from, std::uint32_t count) {
        REQUIRE(count > 0);
        sent.insert(sent.end(), from, from + count);
    }

    std::uint32_t allocate(std::uint32_t size, std::uint32_t caps, std::uint32_t alignment) {
        REQUIRE(size > 0);
        REQUIRE(caps != 0);
        REQUIRE(alignment >= P4_HEAP_UNIT);
        REQUIRE((alignment & (alignment - 1)) == 0);
        if (refuses_allocations) return 0;
        std::uint32_t address = 0;
        if (!forced_addresses.empty()) {
            address = forced_addresses.front();
            forced_addresses.pop_front();
        } else {
            address = p4_memory_alloc(&heaps, size, caps, alignment);
        }
        if (address != 0) allocated.insert(address);
        return address;
    }

    void release(std::uint32_t address) {
        REQUIRE_MESSAGE(allocated.erase(address) == 1, "the core gave back what it does not have");
        p4_memory_free(&heaps, address);
    }

    bool reaches(std::uint32_t address, std::uint32_t size, p4_access access) {
        REQUIRE(size > 0);
        if (reach) return reach(address, size, access);
        return std::ranges::any_of(std::initializer_list<const Arena*>{&l2mem_, &psram_, &spm_},
                                   [&](const Arena* arena) {
                                       return arena->spans(address) && size <= arena->size - (address - arena->address);
                                   });
    }

    bool sync(std::uint32_t address, std::uint32_t size) {
        if (on_sync) on_sync(address, size);
        return !spm_.spans(address);
    }

    p4_heap_sizes heap_sizes() const {
        if (forced_sizes) return *forced_sizes;
        return {p4_memory_free_size(&heaps, P4_CAP(SPIRAM)), p4_memory_total_size(&heaps, P4_CAP(SPIRAM)),
                p4_memory_free_size(&heaps, P4_CAP(INTERNAL)), p4_memory_total_size(&heaps, P4_CAP(INTERNAL))};
    }

    p4_heap_health heap_check() const {
        return {p4_memory_check(&heaps), p4_memory_used_blocks(&heaps), p4_memory_largest(&heaps, P4_CAP(SPIRAM)),
                p4_memory_largest(&heaps, P4_CAP(INTERNAL))};
    }

    p4_outcome execute(const p4_run* run, p4_end* end) {
        const bool can_attend = run->attend != nullptr;
        REQUIRE(can_attend);
        if (call) return call(*run, *end);
        REQUIRE(kernel);
        return kernel(run->address, end->result);
    }

    std::uint32_t console(std::uint8_t* to, std::uint32_t room) {
        const auto count = std::min<std::size_t>(room, printed.size());
        std::memcpy(to, printed.data(), count);
        printed.erase(0, count);
        return static_cast<std::uint32_t>(count);
    }

    Arena l2mem_{0x4FF14700, 0x8B900}, psram_, spm_{0x30100000, 0x2000};
};

/// A core in a fake world, and a host that talks to it.
struct Device {
    explicit Device(std::uint32_t psram_size = 4 << 20) : world(psram_size) {
        REQUIRE(p4_core_start(&core, &world.table) == P4_OK);
    }

    /// A new start; what the core had allocated stays with nobody.
    void restart() {
        ++world.about.boot;
        REQUIRE(p4_core_start(&core, &world.table) == P4_OK);
    }

    /// Plays the events; returns everything the device sent.
    template <typename... Events>
    Bytes play(Events&&... events) {
        (world.script.emplace_back(std::forward<Events>(events)), ...);
        while (!world.script.empty()) last_status = p4_core_serve(&core);
        return std::exchange(world.sent, {});
    }

    Bytes play_in_pieces(const Bytes& bytes, const std::vector<std::size_t>& cuts) {
        std::size_t from = 0;
        for (auto cut : cuts) {
            world.script.emplace_back(Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                                            bytes.begin() + static_cast<std::ptrdiff_t>(cut)));
            from = cut;
        }
        return play(Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end()));
    }

    /// A block, by the protocol.
    std::uint32_t alloc(std::uint32_t size, std::uint32_t caps = P4_CAP(SPIRAM) | P4_CAP(8BIT),
                        std::uint32_t alignment = 16) {
        const auto bytes = play(request(P4_V1_ALLOC, {size, caps, alignment}));
        REQUIRE(bytes.size() == 18);
        return load_le<std::uint32_t>(&bytes[8]);
    }

    FakeWorld world;
    p4_core core;
    p4_status last_status = P4_OK;
};

inline const FakeWorld::Silence silence{};
inline const FakeWorld::Gone gone{};

/// The device's answers, taken apart; fails the test if they are not frames.
struct Answer {
    int command, flags;
    Bytes payload;
};
inline std::vector<Answer> answers_in(ByteView bytes) {
    std::vector<Answer> found;
    while (!bytes.empty()) {
        REQUIRE(bytes.size() >= 10);
        REQUIRE(bytes[0] == 0xA5);
        REQUIRE(bytes[1] == 0x5A);
        const auto size = load_le<std::uint32_t>(&bytes[4]);
        REQUIRE(size <= bytes.size() - 10);
        REQUIRE(load_le<std::uint16_t>(&bytes[8 + size]) == (sum(bytes.first(8 + size)) & 0xFFFF));
        found.push_back({bytes[2], bytes[3], Bytes(&bytes[8], &bytes[8] + size)});
        bytes = bytes.subspan(10 + size);
    }
    return found;
}

} // namespace p4jit::test
