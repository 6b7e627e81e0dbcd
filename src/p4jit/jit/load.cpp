// Device::load: sources → objects → signatures → plan → memory → image → module.
#include "p4jit/jit/placer.hpp"
#include "p4jit/jit/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <tuple>

namespace p4jit {

using namespace jit;

namespace {

using Clock = std::chrono::steady_clock;

void check(const LoadOptions& options) {
    if (!std::has_single_bit(options.alignment))
        throw UsageError(fmt::format("alignment {} is no power of two; give 16, 32, 64 …", options.alignment));
}

/// The functions of the plan that may be called, and of the others why not.
void take_functions(ModuleState& module, const dwarf::Interface& interface, const Program& program) {
    const auto layout = module.device->session().speaks_v2() ? BlockLayout::compact : BlockLayout::original;
    for (const auto& signature : interface.functions) {
        const auto* wanted = program.wanted(signature.symbol);
        const bool has_pointer = wanted != nullptr && !wanted->pointer.empty();
        if (!has_pointer && (!signature.is_external || !program.is_wanted(signature.symbol))) continue;
        if (!module.image->plan.find(has_pointer ? wanted->pointer : signature.symbol)) continue;
        try {
            module.functions.push_back({signature, plan_call(signature, layout), 0, 0,
                                        has_pointer ? wanted->pointer : "",
                                        wanted != nullptr ? wanted->expression : ""});
        } catch (const SignatureError& error) {
            module.uncallable.emplace_back(signature.qualified_name, error.what());
        }
    }
    for (const auto& name : interface.undescribed)
        module.uncallable.emplace_back(
            name,
            fmt::format("{} has no debug information that tells its parameters: it is written in assembly, or was "
                        "compiled without -g. Declare it in a C file, and load that with this one beside it, or both "
                        "as a module",
                        name));
}

void take_variables(ModuleState& module, const dwarf::Interface& interface) {
    for (const auto& variable : interface.variables) {
        if (!variable.is_external || is_pointer_name(variable.symbol)) continue;
        if (module.image->plan.find(variable.symbol)) module.variables.push_back(variable);
    }
    std::ranges::stable_sort(module.variables, {},
                             [](const auto& variable) { return std::tie(variable.file, variable.line); });
}

void log_load(const ModuleState& module) {
    const auto milliseconds = [](std::chrono::nanoseconds duration) {
        return static_cast<double>(duration.count()) / 1e6;
    };
    module.device->options().log(LogLevel::info_verbose,
                                 "{}: {} bytes at {:#010x}, compiled in {:.1f} ms{}, placed in {:.1f} ms", module.name,
                                 module.size(), module.code->address(), milliseconds(module.compile_time),
                                 module.from_cache ? " (from the cache)" : "", milliseconds(module.link_time));
}

} // namespace

Module Device::load(std::span<const Source> sources, const LoadOptions& options) {
    check(options);
    auto module = std::make_shared<ModuleState>();
    module->device = state_;

    const auto start = Clock::now();
    Program program(*state_, sources, options);
    module->name = program.name();
    const auto compiled_at = Clock::now();
    module->image = std::make_shared<Image>(
        Image{.plan = program.link(), .revision = state_->revision(), .texts = program.texts()});
    // Beyond this point sizes are known, addresses are not.
    for (const auto& interface : program.interfaces()) {
        take_functions(*module, interface, program);
        take_variables(*module, interface);
    }
    place(*module, options);
    state_->remember(module);

    module->warnings = program.warnings();
    module->from_cache = program.from_cache();
    module->compile_time = compiled_at - start;
    module->link_time = Clock::now() - compiled_at;
    log_load(*module);
    return Module(module);
}

Module Device::load(const Source& source, const LoadOptions& options) { return load(std::span(&source, 1), options); }

} // namespace p4jit
