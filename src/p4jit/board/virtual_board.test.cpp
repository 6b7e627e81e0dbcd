#include "p4jit/board/virtual_board.hpp"

#include "p4jit/base/error.hpp"

#include <doctest/doctest.h>

#include <algorithm>

extern "C" const std::uint8_t p4jit_firmware_image[], p4jit_firmware_image_end[];

using namespace p4jit;
using namespace p4jit::board;
using namespace std::chrono_literals;

namespace {

const Bytes ping{0xA5, 0x5A, 0x01, 0x00, 0x04, 0x00, 0x00, 0x00, 0xCA, 0xFE, 0xBA, 0xBE, 0x44, 0x04};
const Bytes pong{0xA5, 0x5A, 0x01, 0x01, 0x04, 0x00, 0x00, 0x00, 0xCA, 0xFE, 0xBA, 0xBE, 0x45, 0x04};

Bytes ask(VirtualBoard& board, const Bytes& request) {
    board.write(request, Deadline::after(1s));
    Bytes answer;
    Bytes piece(4096);
    while (const auto count = board.read(piece, Deadline::after(1s)))
        answer.insert(answer.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
    return answer;
}

/// The address in an ALLOC answer.
std::uint32_t address_in(const Bytes& answer) {
    REQUIRE(answer.size() == 18);
    return load_le<std::uint32_t>(&answer[8]);
}

Bytes frame(std::uint8_t command, std::initializer_list<std::uint32_t> words, const Bytes& data = {}) {
    Bytes bytes{0xA5, 0x5A, command, 0};
    append_le(bytes, static_cast<std::uint32_t>(4 * words.size() + data.size()));
    for (const auto word : words) append_le(bytes, word);
    bytes.insert(bytes.end(), data.begin(), data.end());
    std::uint16_t sum = 0;
    for (const auto byte : bytes) sum = static_cast<std::uint16_t>(sum + byte);
    append_le(bytes, sum);
    return bytes;
}

} // namespace

TEST_CASE("the board comes up and answers a ping") {
    VirtualBoard board;
    CHECK(ask(board, ping) == pong);
    CHECK(ask(board, ping) == pong);
}

TEST_CASE("two boards do the same in the same number of instructions") {
    VirtualBoard a, b;
    CHECK(a.machine().retired() == b.machine().retired());
    ask(a, ping);
    ask(b, ping);
    CHECK(a.machine().retired() == b.machine().retired());
}

TEST_CASE("code that the host writes is run on hart 1") {
    VirtualBoard board;
    const auto address = address_in(ask(board, frame(0x10, {64, 0x404, 16})));
    const Bytes code{0x73, 0x25, 0x40, 0xF1, // csrr a0, mhartid
                     0x13, 0x05, 0x95, 0x02, // addi a0, a0, 41
                     0x82, 0x80};            // ret
    ask(board, frame(0x20, {address}, code));
    const auto answer = ask(board, frame(0x30, {address}));
    REQUIRE(answer.size() == 14);
    CHECK(answer[3] == 1);
    CHECK(load_le<std::uint32_t>(&answer[8]) == 42);
}

TEST_CASE("a read returns at once when nothing can come, and at the deadline when a kernel does not end") {
    VirtualBoard board;
    Bytes into(16);
    const auto start = Deadline::Clock::now();
    CHECK(board.read(into, Deadline::after(1h)) == 0);

    const auto address = address_in(ask(board, frame(0x10, {64, 0x404, 16})));
    ask(board, frame(0x20, {address}, {0x6F, 0x00, 0x00, 0x00})); // j .
    board.write(frame(0x30, {address}), Deadline::never());
    CHECK(board.read(into, Deadline::after(20ms)) == 0);
    CHECK_THROWS_AS(board.read(into, Deadline::never([] { return true; })), Interrupted);
    CHECK(Deadline::Clock::now() - start < 30s);
    // The next request stops the kernel; both are answered.
    const auto answers = ask(board, ping);
    CHECK(answers.size() == 14 + pong.size());
    CHECK(answers[3] == 2);
    CHECK(std::equal(pong.begin(), pong.end(), answers.end() - static_cast<std::ptrdiff_t>(pong.size())));
}

TEST_CASE("a truncated or foreign image is refused with a sentence") {
    const ByteView image(p4jit_firmware_image,
                         static_cast<std::size_t>(p4jit_firmware_image_end - p4jit_firmware_image));
    CHECK(built_in_firmware().symbol("printf") != nullptr);
    CHECK_THROWS_AS(elf::Object::parse(Bytes(image.begin(), image.begin() + 5000), "cut.elf"), BadObject);

    Bytes wrong_entry(image.begin(), image.end());
    store_le(&wrong_entry[24], std::uint32_t{0x4000'0000 + 0x03FF'FFF0}); // e_entry: flash that is all zeros
    BoardOptions options;
    options.firmware = elf::Object::parse(wrong_entry, "other.elf");
    CHECK_THROWS_WITH_AS(VirtualBoard{options}, doctest::Contains("other.elf does not come up on the virtual ESP32-P4"),
                         BadObject);
}

TEST_CASE("an image whose segments are not in the chip's memory is refused") {
    const Bytes good(p4jit_firmware_image, p4jit_firmware_image_end);
    constexpr std::uint32_t load = 1;
    auto header = load_le<std::uint32_t>(&good[28]); // e_phoff
    while (load_le<std::uint32_t>(&good[header]) != load || load_le<std::uint32_t>(&good[header + 16]) == 0)
        header += 32;
    for (const std::uint32_t field : {8u, 12u}) // p_vaddr, p_paddr
        for (const std::uint32_t address : {0u, 0x3FFF'FFFCu, 0x5000'0000u, 0xFFFF'FFF0u}) {
            CAPTURE(address);
            auto bad = good;
            store_le(&bad[header + field], address);
            const auto boot = [&] {
                BoardOptions options;
                options.firmware = elf::Object::parse(bad, "hostile.elf");
                VirtualBoard board(options);
            };
            CHECK_THROWS_AS(boot(), BadObject);
        }
}
