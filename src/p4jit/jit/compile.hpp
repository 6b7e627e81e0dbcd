// Sources to objects, several at a time.
#pragma once

#include "p4jit/jit/state.hpp"

#include <exception>
#include <span>
#include <vector>

namespace p4jit::jit {

/// What became of one source.
struct Attempt {
    toolchain::Compiled compiled;
    std::exception_ptr error; ///< none: it compiled
};

/// Compiles each source, as many at once as there are processors. Throws
/// Interrupted and ToolchainNotFound; what is wrong with a source is in its
/// Attempt.
std::vector<Attempt> try_to_compile(DeviceState& device, std::span<const toolchain::Source> sources,
                                    const LoadOptions& options);

/// The same for sources that must compile. Throws CompileError with what the
/// compiler says of all of them, SourceNotFound, UsageError.
std::vector<toolchain::Compiled> compile_each(DeviceState& device, std::span<const toolchain::Source> sources,
                                              const LoadOptions& options);

/// All sources as one object, optimized as a whole.
toolchain::Compiled compile_as_one(DeviceState& device, std::span<const toolchain::Source> sources,
                                   const LoadOptions& options);

} // namespace p4jit::jit
