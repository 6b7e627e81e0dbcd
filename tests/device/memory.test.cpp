// Device memory by its address: one's own always, any other only for those who
// take the risk, and no address ends the board.
#include "tests/device/device_support.hpp"

#include <random>

using namespace p4jit;
using p4jit::tests::Board;

namespace {

constexpr std::uint32_t uart_fifo = 0x500CA000, link_waiting = 0x500F0000, link_send = 0x500F0018;

struct RiskyBoard : Board {
    explicit RiskyBoard(int protocol = 0) {
        auto risky = options(protocol);
        risky.unsafe = true;
        device = Device(std::move(risky));
    }

    std::uint32_t word(std::uint32_t address) {
        Bytes bytes(4);
        device.read(address, bytes);
        return load_le<std::uint32_t>(bytes.data());
    }
    void set_word(std::uint32_t address, std::uint32_t value) {
        Bytes bytes;
        append_le(bytes, value);
        device.write(address, bytes);
    }
};

template <typename Call>
std::string denial(Call&& call) {
    try {
        call();
    } catch (const AccessDenied& error) {
        return error.what();
    }
    return {};
}

bool contains(const std::string& text, std::string_view piece) { return text.find(piece) != text.npos; }

} // namespace

TEST_CASE("memory that was allocated is read and written by its address, in both protocols") {
    for (const int protocol : {0, 1}) {
        Board board(protocol);
        auto buffer = board.device.buffer<std::uint8_t>(100);
        const Bytes written{1, 2, 3};
        board.device.write(buffer.address() + 7, written);
        Bytes read(3);
        board.device.read(buffer.address() + 7, read);
        CHECK(read == written);
        // Buffers are whole cache lines.
        CHECK_THROWS_AS(board.device.read(buffer.address() + 126, read), AccessDenied);
    }
}

TEST_CASE("other memory is closed, and the error tells how it is opened") {
    Board board;
    Bytes word(4);
    CHECK(contains(denial([&] { board.device.read(0x4FF20000, word); }), "no block of this session is there. Open the "
                                                                         "device with unsafe=True"));
    CHECK(contains(denial([&] { board.device.write(0x4FF20000, word); }), "Segmentation Fault: Write to 0x4FF20000"));
    RiskyBoard with_v1(1);
    CHECK(contains(denial([&] { with_v1.device.read(0x4FF20000, word); }), "With protocol v1 nothing else"));
}

TEST_CASE("who takes the risk reads firmware and registers, and writes to a register") {
    RiskyBoard board;
    CHECK(board.word(0x40000000) != 0); // the image's first instruction
    CHECK(board.word(link_waiting) == 0);
    board.set_word(uart_fifo, 'H');
    board.set_word(uart_fifo, '\n');
    CHECK(board.console == "H\n");
}

TEST_CASE("much of it passes in pieces, at any alignment") {
    RiskyBoard board;
    Bytes written(5000);
    for (std::size_t i = 0; i < written.size(); ++i) written[i] = static_cast<std::uint8_t>(i * 31);
    for (const std::uint32_t address : {0x49F00000u, 0x49F00001u}) {
        board.device.write(address, written);
        Bytes read(written.size());
        board.device.read(address, read);
        CHECK(read == written);
    }
    CHECK(board.word(0x89F00000) == board.word(0x49F00000)); // past the cache
}

TEST_CASE("what is not there, or not for that, is refused and told") {
    RiskyBoard board;
    Bytes word(4);
    for (const std::uint32_t address : {0u, 4u, 0x30102000u, 0x4A000000u, 0x4FFBFFFEu, 0x50000000u, 0x50200000u,
                                        0xFFFFFFFCu, uart_fifo + 4, uart_fifo + 1}) {
        CAPTURE(address);
        CHECK(contains(denial([&] { board.device.read(address, word); }), "the device has no memory there"));
    }
    CHECK(contains(denial([&] { board.device.write(0x40000000, word); }), "none that may be used like this"));
    CHECK_FALSE(denial([&] { board.device.write(link_send, word); }).empty());
    CHECK(contains(denial([&] { board.device.read(0xFFFFFFFE, word); }), "Addresses have 32 bits"));
}

TEST_CASE("a thousand wild addresses do not end the board") {
    RiskyBoard board;
    auto add = board.load("int add(int a, int b) { return a + b; }", "add");
    std::minstd_rand random(1);
    int refused = 0, read = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto address = static_cast<std::uint32_t>(random()) * 2 + static_cast<std::uint32_t>(random());
        Bytes bytes(random() % 3000 + 1);
        denial([&] { board.device.read(address, bytes); }).empty() ? ++read : ++refused;
    }
    CHECK(refused > 0);
    CHECK(read > 0);
    CHECK(add.call<int>(2, 3) == 5);
}

TEST_CASE("memory that is there only in pieces is told by its largest piece") {
    Board board;
    std::vector<Buffer<std::uint8_t>> all;
    const auto take = [&] { all.push_back(board.device.buffer<std::uint8_t>(1 << 20)); };
    CHECK_THROWS_AS(
        [&] {
            while (true) take();
        }(),
        OutOfMemory);
    REQUIRE(all.size() > 20);
    for (std::size_t i = 0; i + 1 < all.size(); ++i) all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
    const auto free = board.device.heap_stats().free_spiram;
    REQUIRE(free > 8u << 20);
    try {
        board.device.buffer<std::uint8_t>(4 << 20);
        FAIL("it fits");
    } catch (const OutOfMemory& error) {
        unsigned told = 0, largest = 0;
        const std::string text = error.what();
        REQUIRE(std::sscanf(&text[text.find("free: ")], "free: %u bytes of PSRAM, %u in one piece", &told, &largest) ==
                2);
        CHECK(told == free);
        CHECK(largest >= 1u << 20);
        CHECK(largest < 4u << 20);
    }
}
