#include "p4jit/jit/assembly.hpp"

#include "p4jit/toolchain/compiler.hpp"
#include "p4jit/toolchain/find.hpp"

namespace p4jit {

Assembled assemble(const std::filesystem::path& file, const AssembleOptions& options) {
    const auto environment = toolchain::Environment::current();
    const auto cache = toolchain::Cache::of_user(environment);
    const auto deadline = Deadline::never(options.interrupted);
    const toolchain::Compiler compiler(toolchain::find(environment, cache, deadline), environment, cache);
    auto compiled = compiler.compile(toolchain::Source::file(file),
                                     {.defines = options.defines,
                                      .include_folders = options.include_folders,
                                      .flags = {},
                                      .revision = options.revision},
                                     deadline);
    return {std::move(compiled.object), std::move(compiled.warnings)};
}

} // namespace p4jit
