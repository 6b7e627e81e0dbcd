// The corpus: small sources that show what compilers do, and the ways they are
// compiled.
#pragma once

#include "tests/support/cross_compiler.hpp"

namespace p4jit::test {

struct Build {
    std::string name; ///< "types.c: riscv64-unknown-elf-gcc -O2 -g"
    const Bytes& file;
};

/// Every C and C++ source of the corpus, with both compilers, at four levels of
/// optimisation, in DWARF 4 and 5, as the product compiles and with relaxation.
/// Calls use(Build) for each.
template <typename Use>
void for_each_build(Use&& use) {
    const std::string folder = P4JIT_CORPUS;
    const std::string sources[] = {"types.c", "layout.c", "kernels.c", "clones.c", "knr.c", "classes.cpp"};
    const std::string flags[] = {"-O0 -g -gdwarf-4", "-O1 -g -gdwarf-5", "-O2 -g -gdwarf-4 -ffunction-sections",
                                 "-O3 -g -gdwarf-5 -ffunction-sections -fdata-sections", "-Os -g -gdwarf-5"};
    for (const auto& file : sources) {
        const bool cxx = file.ends_with(".cpp");
        const auto source = read_text(folder + '/' + file);
        for (const auto& command : {cxx ? gxx + " -std=c++17" : gcc, cxx ? clangxx + " -std=c++17" : clang}) {
            auto all = std::vector<std::string>(std::begin(flags), std::end(flags));
            // clang does not know all of the product's flags, which are GCC's.
            if (!command.starts_with("clang")) all.push_back(product_flags);
            for (const auto& one : all) {
                const auto full = fmt::format("{} {} -w", command, one);
                const auto name = fmt::format("{}: {} {}", file, command.substr(0, command.find(' ')), one);
                use(Build{name, compile(full, source, file)});
            }
        }
    }
}

/// The bytes of a build in a file, for readelf.
class ObjectFile {
public:
    explicit ObjectFile(ByteView bytes) { write_file(path_of(), bytes); }
    std::string path() const { return path_of().string(); }

private:
    std::filesystem::path path_of() const { return folder_.path() / "object.o"; }
    TempFolder folder_;
};

} // namespace p4jit::test
