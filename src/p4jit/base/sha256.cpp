#include "p4jit/base/sha256.hpp"

#include <algorithm>
#include <bit>

namespace p4jit {

namespace {

constexpr std::size_t block_size = 64;

// FIPS 180-4, 4.2.2: the cube roots of the first 64 primes.
constexpr std::array<std::uint32_t, 64> K = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

using State = std::array<std::uint32_t, 8>;

// 5.3.3: the square roots of the first 8 primes.
constexpr State initial = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                           0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

std::uint32_t load_big_endian(const std::uint8_t* from) {
    return std::uint32_t{from[0]} << 24 | std::uint32_t{from[1]} << 16 | std::uint32_t{from[2]} << 8 | from[3];
}

// 6.2.2
void digest_block(State& H, const std::uint8_t* block) {
    std::array<std::uint32_t, 64> W;
    for (std::size_t t = 0; t < 16; ++t) W[t] = load_big_endian(block + 4 * t);
    for (std::size_t t = 16; t < 64; ++t) {
        const auto s0 = std::rotr(W[t - 15], 7) ^ std::rotr(W[t - 15], 18) ^ W[t - 15] >> 3;
        const auto s1 = std::rotr(W[t - 2], 17) ^ std::rotr(W[t - 2], 19) ^ W[t - 2] >> 10;
        W[t] = s1 + W[t - 7] + s0 + W[t - 16];
    }
    auto [a, b, c, d, e, f, g, h] = H;
    for (std::size_t t = 0; t < 64; ++t) {
        const auto S1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const auto T1 = h + S1 + ((e & f) ^ (~e & g)) + K[t] + W[t];
        const auto S0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const auto T2 = S0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + T1;
        d = c, c = b, b = a, a = T1 + T2;
    }
    const State rounds{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < H.size(); ++i) H[i] += rounds[i];
}

// 5.1.1: a one, zeros, and the length in bits fill the last block.
Bytes padded_tail(ByteView tail, std::uint64_t length) {
    Bytes bytes(tail.begin(), tail.end());
    bytes.push_back(0x80);
    while (bytes.size() % block_size != block_size - 8) bytes.push_back(0);
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(8 * length >> shift));
    return bytes;
}

} // namespace

Sha256 sha256(ByteView bytes) {
    auto H = initial;
    const auto whole = bytes.size() / block_size * block_size;
    for (std::size_t at = 0; at < whole; at += block_size) digest_block(H, &bytes[at]);
    const auto tail = padded_tail(bytes.subspan(whole), bytes.size());
    for (std::size_t at = 0; at < tail.size(); at += block_size) digest_block(H, &tail[at]);
    Sha256 digest;
    for (std::size_t i = 0; i < digest.size(); ++i)
        digest[i] = static_cast<std::uint8_t>(H[i / 4] >> (24 - 8 * (i % 4)));
    return digest;
}

Sha256 hmac_sha256(ByteView key, ByteView message) {
    std::array<std::uint8_t, block_size> block{};
    if (key.size() > block_size)
        std::ranges::copy(sha256(key), block.begin());
    else
        std::ranges::copy(key, block.begin());
    const auto pass = [&](std::uint8_t pad, ByteView text) {
        Bytes bytes;
        for (const auto byte : block) bytes.push_back(byte ^ pad);
        bytes.insert(bytes.end(), text.begin(), text.end());
        return sha256(bytes);
    };
    return pass(0x5C, pass(0x36, message));
}

bool equal_in_constant_time(ByteView a, ByteView b) {
    if (a.size() != b.size()) return false;
    volatile std::uint8_t difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) difference = difference | static_cast<std::uint8_t>(a[i] ^ b[i]);
    return difference == 0;
}

} // namespace p4jit
