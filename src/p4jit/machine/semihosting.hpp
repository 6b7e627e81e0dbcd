// RISC-V semihosting: how a bare-metal program uses the host's files, console
// and clock (RISC-V semihosting specification 1.0, and Arm's semihosting
// specification 2.0, which lists the operations).
//
// A call is an ebreak between two marker instructions, with the operation in a0
// and its argument in a1. Plug handle() into Machine::on_trap.
#pragma once

#include "p4jit/machine/machine.hpp"

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace p4jit::machine {

struct SemihostingOptions {
    std::string command_line;
    std::FILE* in = stdin;
    std::FILE* out = stdout;
    std::FILE* err = stderr;
    bool terminal = false; ///< is the console a terminal: what SYS_ISTTY answers
    /// What SYS_HEAPINFO tells: free memory [heap_base, heap_limit).
    std::uint32_t heap_base = 0, heap_limit = 0;
};

class Semihosting {
public:
    /// Stops the machine when the program exits.
    Semihosting(Machine& machine, SemihostingOptions options);
    ~Semihosting();
    Semihosting(const Semihosting&) = delete;
    Semihosting& operator=(const Semihosting&) = delete;

    /// Carries out the call at hart.pc; false if its trap is no call.
    bool handle(Hart& hart);

    /// The program's exit status, once it has exited.
    std::optional<int> exit_status() const { return exit_status_; }

private:
    struct File {
        std::FILE* stream = nullptr; ///< null: closed, or the list of features
        bool ours = false;           ///< to be closed by us; otherwise the console
        bool features = false;
        std::size_t features_at = 0;
    };

    bool is_call(const Hart& hart) const;
    std::uint32_t call(Hart& hart, std::uint32_t operation, std::uint32_t argument);
    std::uint32_t file_call(std::uint32_t operation, std::uint32_t argument);
    std::uint32_t open(std::uint32_t argument);
    std::uint32_t read(File& file, std::uint32_t address, std::uint32_t size);
    std::uint32_t write(File& file, std::uint32_t address, std::uint32_t size);
    std::uint32_t length(File& file);
    std::uint32_t command_line(std::uint32_t argument);
    std::uint32_t heap_info(std::uint32_t argument);
    void exit(std::uint32_t reason, std::uint32_t status);

    std::uint32_t word(std::uint32_t address);
    void set_word(std::uint32_t address, std::uint32_t value);
    std::string text(std::uint32_t address, std::uint32_t size);
    File* file(std::uint32_t handle);
    std::uint32_t failed(int error);

    Machine& machine_;
    SemihostingOptions options_;
    std::vector<File> files_;
    int errno_ = 0;
    std::optional<int> exit_status_;
};

} // namespace p4jit::machine
