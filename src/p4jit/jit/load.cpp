// Device::load: source → object → signatures → plan → memory → image → module.
#include "p4jit/jit/family.hpp"
#include "p4jit/jit/linting.hpp"
#include "p4jit/jit/placer.hpp"
#include "p4jit/jit/state.hpp"

#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/dwarf/line_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace p4jit {

using namespace jit;

namespace {

using Clock = std::chrono::steady_clock;

toolchain::Source compiler_source(const Source& source) {
    return source.text ? toolchain::Source::text(*source.text, source.name) : toolchain::Source::file(source.name);
}

toolchain::CompileOptions compile_options(const LoadOptions& options, const isa::ChipRevision& revision) {
    return {.optimization = options.optimization,
            .defines = options.defines,
            .include_folders = options.include_folders,
            .flags = options.flags,
            .revision = revision};
}

toolchain::Compiled compile(DeviceState& device, const Source& source, const LoadOptions& options) {
    if (!source.text && source.name.extension() == ".o") {
        toolchain::Compiled object;
        object.object = read_file(source.name);
        return object;
    }
    return device.compiler().compile(compiler_source(source), compile_options(options, device.revision()),
                                     Deadline::never(device.options().interrupted));
}

/// "kern.c:31" for a place in an object.
std::string source_line(const link::Place& place) {
    if (!dwarf::has_debug_info(*place.object)) return {};
    const auto table = dwarf::LineTable::read(*place.object);
    const auto line = table.find(dwarf::Place{place.section, place.offset});
    return line ? fmt::format("{}:{}", std::filesystem::path(line->file).filename().string(), line->line)
                : std::string();
}

std::vector<std::string> function_names(const dwarf::Interface& interface) {
    std::vector<std::string> names;
    for (const auto& function : interface.functions)
        if (function.is_external) names.push_back(function.qualified_name);
    names.insert(names.end(), interface.undescribed.begin(), interface.undescribed.end());
    return names;
}

[[noreturn]] void no_such_function(const std::string& name, const std::string& where,
                                   const std::vector<std::string>& there) {
    auto message = fmt::format("no function '{}' in {}.", name, where);
    message += there.empty() ? " It defines no function." : " It defines: " + join(there, ", ") + ".";
    if (const auto near = nearest(name, there); !near.empty()) message += fmt::format(" Did you mean '{}'?", near);
    throw FunctionNotFound(message);
}

[[noreturn]] void is_static(const std::string& name, const std::string& where) {
    throw FunctionNotFound(fmt::format("'{}' is static in {}: it is the compiler's to change or leave out. Remove "
                                       "'static' to call it from the host",
                                       name, where));
}

void check(const LoadOptions& options) {
    if (!std::has_single_bit(options.alignment))
        throw UsageError(fmt::format("alignment {} is no power of two; give 16, 32, 64 …", options.alignment));
}

/// Symbols of the functions that were asked for; all of the object's for none.
std::vector<std::string> symbols_to_keep(const dwarf::Interface& interface, const LoadOptions& options,
                                         const std::string& where) {
    std::vector<std::string> symbols;
    for (const auto& name : options.functions) {
        const auto* function = interface.function(name);
        if (function != nullptr && function->is_external)
            symbols.push_back(function->symbol);
        else if (std::ranges::find(interface.undescribed, name) != interface.undescribed.end())
            symbols.push_back(name);
        else if (function != nullptr)
            is_static(name, where);
        else
            no_such_function(name, where, function_names(interface));
    }
    return symbols;
}

link::Input link_input(DeviceState& device, const elf::Object& object, std::vector<std::string> keep,
                       const Source& source, const LoadOptions& options) {
    link::Input input;
    input.objects = {object};
    input.keep = std::move(keep);
    input.name = source.name.filename().string();
    input.alignment = std::max(options.alignment, 4u);
    input.describe = source_line;
    input.archives = device.archives();
    const auto* firmware = device.firmware();
    if (firmware == nullptr && options.use_firmware_symbols)
        input.advice = "What the firmware of this device has is not known: give its ELF file with firmware_elf, or "
                       "--firmware-elf in the shell.";
    if (firmware != nullptr && options.use_firmware_symbols) {
        input.external = [firmware](std::string_view name) -> std::optional<std::uint32_t> {
            const auto* symbol = firmware->symbol(name);
            if (symbol == nullptr || symbol->local()) return std::nullopt;
            return symbol->value;
        };
        input.external_names = [firmware] {
            std::vector<std::string> names;
            for (const auto& symbol : firmware->symbols())
                if (!symbol.local() && !symbol.undefined()) names.emplace_back(symbol.name);
            return names;
        };
    }
    return input;
}

/// The callable functions of the plan, and of the others why they are not.
void take_functions(ModuleState& module, const dwarf::Interface& interface, const link::Plan& plan) {
    const auto layout = module.device->session().speaks_v2() ? BlockLayout::compact : BlockLayout::original;
    for (const auto& signature : interface.functions) {
        if (!signature.is_external) continue;
        if (!plan.find(signature.symbol)) continue;
        try {
            module.functions.push_back({signature, plan_call(signature, layout), 0, 0});
        } catch (const SignatureError& error) {
            module.uncallable.emplace_back(signature.qualified_name, error.what());
        }
    }
    for (const auto& name : interface.undescribed)
        module.uncallable.emplace_back(
            name,
            fmt::format(
                "{} has no debug information that tells its parameters: it is written in assembly. Declare it in a "
                "C file that calls it, and call that function",
                name));
}

/// Adds the linter's warnings to the compiler's.
void add_lint_warnings(ModuleState& module, const elf::Object& object) {
    const auto warnings = log_lint_warnings(object, module.device->revision(), module.device->options().log);
    if (!module.warnings.empty() && !module.warnings.ends_with('\n') && !warnings.empty()) module.warnings += '\n';
    module.warnings += warnings;
}

} // namespace

Module Device::load(const Source& source, const LoadOptions& options) {
    check(options);
    auto module = std::make_shared<ModuleState>();
    module->device = state_;
    module->name = source.name.filename().string();

    const auto start = Clock::now();
    auto compiled = compile(*state_, source, options);
    module->warnings = std::move(compiled.warnings);
    module->from_cache = compiled.from_cache;
    if (!module->warnings.empty()) state_->options().log(LogLevel::warning, "{}", module->warnings);

    const auto compiled_at = Clock::now();
    const auto object = elf::Object::parse(std::move(compiled.object), module->name);
    check_family(object, state_->revision());
    if (options.lint && state_->options().lint) add_lint_warnings(*module, object);
    const auto interface = dwarf::read_interface(object);
    const auto keep = symbols_to_keep(interface, options, module->name);
    module->image = std::make_shared<Image>(
        Image{.plan = link::place(link_input(*state_, object, keep, source, options)), .revision = state_->revision()});
    // Beyond this point sizes are known, addresses are not.
    take_functions(*module, interface, module->image->plan);
    place(*module, options);
    state_->remember(module);

    module->compile_time = compiled_at - start;
    module->link_time = Clock::now() - compiled_at;
    state_->options().log(
        LogLevel::info_verbose, "{}: {} bytes at {:#010x}, compiled in {:.1f} ms{}, placed in {:.1f} ms", module->name,
        module->size(), module->code->address(), static_cast<double>(module->compile_time.count()) / 1e6,
        module->from_cache ? " (from the cache)" : "", static_cast<double>(module->link_time.count()) / 1e6);
    return Module(module);
}

} // namespace p4jit
