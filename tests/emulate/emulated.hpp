// What these tests share: small programs for the bare chip, and what came of
// running one.
#pragma once

#include "support/cross_compiler.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <sys/wait.h>

namespace p4jit::test {

/// What a started program left behind.
struct Ran {
    int status;
    std::string out, err;
};

/// A folder in which a program is built and run.
class Workshop {
public:
    std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

    /// programs/<name>.c with the C library and its semihosting.
    std::string c_program(const std::string& name) const {
        run(fmt::format("riscv64-unknown-elf-gcc --specs=picolibc.specs --oslib=semihost --crt0=semihost "
                        "-march=rv32imafc -misa-spec=2.2 -mabi=ilp32f -O2 "
                        "-Wl,--defsym=__flash=0x40000000 -Wl,--defsym=__flash_size=4M "
                        "-Wl,--defsym=__ram=0x4ff00000 -Wl,--defsym=__ram_size=512K {}/{}.c -o {} -lm",
                        P4JIT_PROGRAMS, name, path(name)));
        return path(name);
    }
    /// Assembly behind programs/prelude.inc, at the start of L2MEM unless told
    /// otherwise.
    std::string assembly(const std::string& text, std::uint32_t base = 0x4FF0'0000) const {
        write_file(path("program.S"), as_bytes(".include \"prelude.inc\"\n" + text + "\n"));
        run(fmt::format("{} -nostdlib -I{} -Wl,-Ttext={:#x} -Wl,--no-warn-rwx-segments -Wl,-N,--no-relax {} -o {}", gcc,
                        P4JIT_PROGRAMS, base, path("program.S"), path("program")));
        return path("program");
    }
    /// `p4jit emulate` with these words behind it, started in this folder.
    Ran emulate(const std::string& words, const std::string& input = "") const {
        write_file(path("in"), as_bytes(input));
        const auto command = fmt::format("cd {} && timeout 120 {} emulate {} <in >out 2>err", folder_.path().string(),
                                         P4JIT_COMMAND, words);
        const auto status = std::system(command.c_str());
        REQUIRE(WIFEXITED(status));
        return {WEXITSTATUS(status), read_text(path("out")), read_text(path("err"))};
    }

private:
    TempFolder folder_;
};

inline bool contains(const std::string& text, const std::string& piece) { return text.find(piece) != text.npos; }

inline std::size_t lines_in(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace p4jit::test
