// Ten thousand operations of every kind with the virtual board through a line
// that loses, doubles, flips and shuffles bytes: nothing is lost, done twice, or
// left behind.
#include "p4jit/board/virtual_board.hpp"
#include "p4jit/link/relocate.hpp"
#include "p4jit/session/session.hpp"
#include "tests/cable/noisy_line.hpp"
#include "tests/support/cross_compiler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>

using namespace p4jit;
using namespace std::chrono_literals;
using session::Session;
using wire::v2::CallAnswer;
using wire::v2::Outcome;

namespace {

constexpr int operations = 10'000;
constexpr unsigned harm = 150;          // bytes of a million
constexpr std::uint32_t memory = 0x404; // SPIRAM 8BIT

const char* const kernels = R"(#include <stdint.h>
struct block { uint8_t *array; uint32_t size, sum; };
int invert(struct block *b) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < b->size; ++i) {
        sum += b->array[i];
        b->array[i] = ~b->array[i];
    }
    b->sum = sum;
    return (int)(sum + 1);
}
int crash(struct block *b) { return *(volatile int *)(b->size % 16 * 4); }
int forever(struct block *b) { for (volatile uint32_t i = 0;; ++i) b->sum = i; }
)";

class Owned : public transport::Pipe {
public:
    explicit Owned(transport::Pipe& pipe) : pipe_(pipe) {}
    void write(ByteView bytes, const Deadline& deadline) override { pipe_.write(bytes, deadline); }
    std::size_t read(MutableBytes into, const Deadline& deadline) override { return pipe_.read(into, deadline); }
    std::string name() const override { return pipe_.name(); }

private:
    transport::Pipe& pipe_;
};

/// The user, and what he knows must be on the device.
class Soak {
public:
    Soak(Session& session, unsigned seed) : session_(session), random_(seed) {
        before_ = session_.heap_check();
        module_ = load();
    }

    /// One operation; its name, for the count. Requires the right result.
    const char* operate() {
        const auto what = blocks_.empty() ? 0 : random_() % 16;
        if (what == 0 && blocks_.size() < 40) return allocate(), "allocate";
        if (what <= 1) return free(), "free";
        if (what <= 3) return write(), "write";
        if (what <= 6) return read(), "read";
        if (what <= 9) return call(), "call";
        if (what == 10) return call_on_buffer(), "buffer";
        if (what == 11) return batch(), "batch";
        if (what == 12) return crash(), "crash";
        if (what == 13) return random_() % 4 == 0 ? (stop(), "timeout") : (ping(), "ping");
        if (what == 14) return reload(), "module";
        return check_heap(), "heap";
    }

    /// Everything is what it was, and goes.
    void finish() {
        while (!blocks_.empty()) free();
        session_.free(module_.address);
        CHECK((session_.heap_check() == before_));
    }

private:
    struct Module {
        std::uint32_t address = 0, invert = 0, crash = 0, forever = 0;
    };
    using Blocks = std::map<std::uint32_t, Bytes>;

    Bytes bytes(std::size_t most) {
        Bytes result(1 + random_() % most);
        for (auto& byte : result) byte = static_cast<std::uint8_t>(random_());
        return result;
    }
    Blocks::iterator some() {
        return std::next(blocks_.begin(), static_cast<std::ptrdiff_t>(random_() % blocks_.size()));
    }

    Module load() {
        static const auto object = elf::Object::parse(test::compile(test::gcc + " -O2 -mno-relax", kernels), "soak.c");
        link::Input input;
        input.objects = {object};
        const auto plan = link::place(input);
        const auto block = session_.allocate(plan.size(), memory, plan.alignment());
        session_.write(block.address, link::relocate(plan, block.address));
        const auto at = [&](const char* name) { return block.address + plan.find(name).value(); };
        return {block.address, at("invert"), at("crash"), at("forever")};
    }

    void allocate() {
        auto content = bytes(3000);
        const auto block = session_.allocate(static_cast<std::uint32_t>(content.size()), memory, 16);
        session_.write(block.address, content);
        REQUIRE(blocks_.emplace(block.address, std::move(content)).second);
    }
    void free() {
        const auto block = some();
        session_.free(block->first);
        blocks_.erase(block);
    }
    void write() {
        auto& [address, content] = *some();
        const auto at = random_() % content.size();
        const auto data = bytes(content.size() - at);
        session_.write(address + static_cast<std::uint32_t>(at), data);
        std::copy(data.begin(), data.end(), content.begin() + static_cast<std::ptrdiff_t>(at));
    }
    void read() {
        const auto& [address, content] = *some();
        Bytes back(content.size());
        session_.read(address, back);
        REQUIRE((back == content));
    }

    static Bytes block_for(std::uint32_t array, std::size_t size) {
        Bytes block(12);
        store_le(&block[0], array);
        store_le(&block[4], static_cast<std::uint32_t>(size));
        return block;
    }
    static void require_inverted(const CallAnswer& answer, ByteView before, ByteView after) {
        const auto sum = std::accumulate(before.begin(), before.end(), 0u);
        REQUIRE(answer.outcome == Outcome::RETURNED);
        REQUIRE(answer.result == sum + 1);
        REQUIRE(load_le<std::uint32_t>(answer.block.data()) == sum);
        Bytes inverted(before.begin(), before.end());
        for (auto& byte : inverted) byte = static_cast<std::uint8_t>(~byte);
        REQUIRE(std::ranges::equal(after, inverted));
    }

    /// An array in and out.
    void call() { call_each(1); }
    /// Several calls in one frame.
    void batch() { call_each(2 + random_() % 4); }
    void call_each(std::size_t count) {
        std::vector<Bytes> arrays, argument_blocks;
        for (std::size_t i = 0; i < count; ++i) {
            arrays.push_back(bytes(1500));
            argument_blocks.push_back(block_for(0, arrays.back().size()));
        }
        std::vector<wire::v2::Call> calls(count);
        for (std::size_t i = 0; i < count; ++i) {
            calls[i].entry = module_.invert;
            calls[i].block = argument_blocks[i];
            calls[i].returns_from = 8;
            calls[i].arrays.push_back({0, arrays[i], true});
        }
        const auto called = session_.call(calls);
        REQUIRE(called.answers.size() == count);
        for (std::size_t i = 0; i < count; ++i)
            require_inverted(called.answers[i], arrays[i], called.answers[i].arrays.at(0));
    }

    wire::v2::Call on_block(std::uint32_t entry, ByteView block) {
        return {.entry = entry, .block = block, .returns_from = 8, .arrays = {}};
    }
    /// An array that stays on the device: were the call carried out twice, it
    /// would be as before.
    void call_on_buffer() {
        auto& [address, content] = *some();
        const auto block = block_for(address, content.size());
        const auto call = on_block(module_.invert, block);
        const auto called = session_.call({&call, 1});
        Bytes back(content.size());
        session_.read(address, back);
        require_inverted(called.answers.at(0), content, back);
        content = std::move(back);
    }
    void crash() {
        const auto block = block_for(0, random_());
        const auto call = on_block(module_.crash, block);
        const auto called = session_.call({&call, 1});
        const auto& answer = called.answers.at(0);
        REQUIRE(answer.outcome == Outcome::FAULTED);
        REQUIRE(answer.fault->cause == 5); // load access fault
        REQUIRE(answer.fault->value == load_le<std::uint32_t>(&block[4]) % 16 * 4);
        REQUIRE(answer.fault->pc - module_.address < 4096);
    }
    /// By the device's clock or by ours.
    void stop() {
        const auto block = block_for(0, 0);
        auto call = on_block(module_.forever, block);
        const bool by_device = random_() % 2 == 0;
        call.limit_ms = by_device ? 1 : 0;
        const auto called = by_device ? session_.call({&call, 1}) : session_.call({&call, 1}, 2ms);
        REQUIRE(called.answers.at(0).outcome == (by_device ? Outcome::LIMIT : Outcome::STOPPED));
    }
    void ping() { session_.ping({}); }
    void reload() {
        session_.free(module_.address);
        module_ = load();
    }
    void check_heap() {
        const auto heap = session_.heap_check();
        REQUIRE(heap.damaged_heaps == 0);
        REQUIRE(heap.allocated_blocks == before_.allocated_blocks + 1 + blocks_.size());
    }

    Session& session_;
    std::mt19937 random_;
    Module module_;
    wire::HeapCheck before_{};
    Blocks blocks_;
};

} // namespace

TEST_CASE(
    "ten thousand mixed operations with the virtual board on a bad line: none is lost, and the heap is as before") {
    board::VirtualBoard board({.console = [](std::string_view) {}});
    tests::NoisyLine line(board, harm, 11);
    session::SessionOptions options;
    options.patience = 1us; // a read from the board waits for nothing
    std::map<std::string, int> done;
    int lost = 0;
    {
        Session session(std::make_unique<Owned>(line), options);
        Soak soak(session, 12);
        for (int i = 0; i < operations; ++i) {
            CAPTURE(i);
            try {
                ++done[soak.operate()];
            } catch (const Error& error) {
                ++lost;
                FAIL_CHECK(name(error.kind()) << ": " << error.what());
            }
            REQUIRE(lost < 10);
        }
        soak.finish();
        line.heal();
    }
    std::string counts;
    for (const auto& [what, times] : done) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", times, what);
    MESSAGE(operations << " operations (" << counts << "), " << line.harms() << " harmed bytes, " << lost << " lost");
    CHECK(lost == 0);
    CHECK(line.harms() > 500);
}
