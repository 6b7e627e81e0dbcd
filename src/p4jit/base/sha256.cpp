// Names and formulas are the standard's, sections 4.1.2 and 6.2.
#include "p4jit/base/sha256.hpp"

#include <algorithm>
#include <bit>

namespace p4jit {

namespace {

constexpr std::size_t block_size = 64;
using Words = std::array<std::uint32_t, 8>;

constexpr std::array<std::uint32_t, 64> K{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t big_endian(const std::uint8_t* at) {
    return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}

std::array<std::uint32_t, 64> schedule(const std::uint8_t* block) {
    std::array<std::uint32_t, 64> W{};
    for (std::size_t t = 0; t < 16; ++t) W[t] = big_endian(block + 4 * t);
    for (std::size_t t = 16; t < 64; ++t) {
        const auto a = W[t - 2], b = W[t - 15];
        const auto sigma1 = std::rotr(a, 17) ^ std::rotr(a, 19) ^ a >> 10;
        const auto sigma0 = std::rotr(b, 7) ^ std::rotr(b, 18) ^ b >> 3;
        W[t] = sigma1 + W[t - 7] + sigma0 + W[t - 16];
    }
    return W;
}

void add_block(Words& H, const std::uint8_t* block) {
    const auto W = schedule(block);
    auto [a, b, c, d, e, f, g, h] = H;
    for (std::size_t t = 0; t < 64; ++t) {
        const auto Sigma1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const auto Sigma0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const auto T1 = h + Sigma1 + ((e & f) ^ (~e & g)) + K[t] + W[t];
        const auto T2 = Sigma0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + T1;
        d = c, c = b, b = a, a = T1 + T2;
    }
    const Words sum{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < H.size(); ++i) H[i] += sum[i];
}

} // namespace

std::array<std::uint8_t, 32> sha256(ByteView bytes) {
    Words H{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
    for (; bytes.size() >= block_size; bytes = bytes.subspan(block_size)) add_block(H, bytes.data());

    // The rest, a one bit, zeros, and the length in the last eight bytes of a block.
    std::array<std::uint8_t, 2 * block_size> tail{};
    std::copy(bytes.begin(), bytes.end(), tail.begin());
    tail[bytes.size()] = 0x80;
    const std::size_t size = bytes.size() < block_size - 8 ? block_size : 2 * block_size;
    for (std::size_t i = 0; i < 8; ++i) tail[size - 1 - i] = static_cast<std::uint8_t>(bits >> 8 * i);
    for (std::size_t at = 0; at < size; at += block_size) add_block(H, &tail[at]);

    std::array<std::uint8_t, 32> digest{};
    for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<std::uint8_t>(H[i / 4] >> (24 - i % 4 * 8));
    return digest;
}

} // namespace p4jit
