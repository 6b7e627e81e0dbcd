// The `tohost` convention: how riscv-tests and programs built like them report
// their result. A store to the 64-bit variable tohost speaks to the host:
//
//   1, or (n << 1) | 1      the program ends; n is its exit status
//   device 1, command 1     put the character in bits 7..0 on the console; the
//                           high half is stored first: alone, the low half of
//                           every other character would be an end
//   an address (even)       a system call block: 64 write, 93 exit
//
// Source: riscv-isa-sim fesvr/htif.cc (behaviour), riscv-tests env/.
#pragma once

#include "p4jit/machine/machine.hpp"

#include <cstdio>
#include <optional>

namespace p4jit::machine {

class ToHost {
public:
    /// `fromhost` is where answers go; 0 if the program has no such variable.
    ToHost(Machine& machine, std::uint32_t tohost, std::uint32_t fromhost, std::FILE* out = stdout);

    std::optional<int> exit_status() const { return exit_status_; }

private:
    void look();
    void system_call(std::uint32_t block);
    std::uint64_t double_word(std::uint32_t address);
    void set_double_word(std::uint32_t address, std::uint64_t value);

    Machine& machine_;
    std::uint32_t tohost_, fromhost_;
    std::FILE* out_;
    std::optional<int> exit_status_;
};

} // namespace p4jit::machine
