#include "p4jit/jit/program.hpp"

#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/jit/compile.hpp"
#include "p4jit/jit/describe.hpp"
#include "p4jit/jit/family.hpp"
#include "p4jit/jit/linting.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::jit {

namespace {

toolchain::Source compiler_source(const Source& source) {
    return source.text ? toolchain::Source::text(*source.text, source.name) : toolchain::Source::file(source.name);
}

std::string name_of(std::span<const Source> sources) {
    const auto name = [&](std::size_t i) { return sources[i].name.filename().string(); };
    if (sources.size() == 1) return name(0);
    if (sources.size() == 2) return fmt::format("{} and {}", name(0), name(1));
    return fmt::format("{} and {} more", name(0), sources.size() - 1);
}

/// "kern.c:31" for a place in an object.
std::string source_line(const link::Place& place) {
    if (!dwarf::has_debug_info(*place.object)) return {};
    const auto table = dwarf::LineTable::read(*place.object);
    const auto line = table.find(dwarf::Place{place.section, place.offset});
    return line ? fmt::format("{}:{}", std::filesystem::path(line->file).filename().string(), line->line)
                : std::string();
}

/// What an object offers; one without debug information has only names.
dwarf::Interface interface_of(const elf::Object& object) {
    if (dwarf::has_debug_info(object)) return dwarf::read_interface(object);
    dwarf::Interface interface;
    for (const auto& symbol : object.symbols())
        if (!symbol.local() && object.is_code(symbol)) interface.undescribed.emplace_back(symbol.name);
    return interface;
}

std::vector<std::string> function_names(std::span<const dwarf::Interface> interfaces) {
    std::vector<std::string> names;
    for (const auto& interface : interfaces) {
        for (const auto& function : interface.functions)
            if (function.is_external) names.push_back(function.qualified_name);
        names.insert(names.end(), interface.undescribed.begin(), interface.undescribed.end());
    }
    return names;
}

std::string to_text(const Bytes& bytes) { return std::string(bytes.begin(), bytes.end()); }

/// What a pointer in the object points to.
std::string target_of(const elf::Object& object, const std::string& pointer) {
    const auto* variable = object.symbol(pointer);
    if (variable == nullptr || !variable->placed()) return {};
    for (const auto& relocation : object.sections()[variable->section].relocations)
        if (relocation.offset == variable->value) return std::string(object.symbols()[relocation.symbol].name);
    return {};
}

/// The functions that the firmware has, for those who look for them.
void use_firmware(link::Input& input, const elf::Object& firmware) {
    input.external = [&firmware](std::string_view name) -> std::optional<std::uint32_t> {
        const auto* symbol = firmware.symbol(name);
        if (symbol == nullptr || symbol->local()) return std::nullopt;
        return symbol->value;
    };
    input.external_names = [&firmware] {
        std::vector<std::string> names;
        for (const auto& symbol : firmware.symbols())
            if (!symbol.local() && !symbol.undefined()) names.emplace_back(symbol.name);
        return names;
    };
}

} // namespace

Program::Program(DeviceState& device, std::span<const Source> sources, const LoadOptions& options)
    : device_(device), options_(options) {
    if (sources.empty()) throw UsageError("there is no source to load");
    name_ = name_of(sources);
    for (const auto& source : sources) read(source);
    compile();
    const bool is_one_file = sources.size() == 1 && !sources.front().text && !sources_.empty();
    if (is_one_file && options.use_siblings) siblings_.emplace(device, sources.front().name, options);
    // Nothing but archives, and nothing asked for by name: all of them.
    if (objects_.empty() && options.functions.empty())
        for (const auto& archive : archives_)
            for (const auto& member : archive.members()) add_object(archive.object(member));
}

void Program::read(const Source& source) {
    if (source.text) add_text(source.name, *source.text);
    const auto extension = source.name.extension();
    if (source.text || (extension != ".o" && extension != ".a")) {
        sources_.push_back(compiler_source(source));
        return;
    }
    auto bytes = read_file(source.name);
    const auto name = source.name.filename().string();
    if (elf::is_archive(bytes))
        archives_.push_back(elf::Archive::parse(std::move(bytes), name));
    else
        add_object(elf::Object::parse(std::move(bytes), name));
}

void Program::add_text(const std::filesystem::path& name, std::string text) {
    texts_[name.is_absolute() ? name.filename().string() : name.string()] = std::move(text);
}

void Program::compile() {
    if (sources_.empty()) return;
    first_compiled_ = objects_.size();
    std::vector<toolchain::Compiled> compiled;
    if (options_.lto)
        compiled.push_back(compile_as_one(device_, asked_sources(), options_));
    else
        compiled = compile_each(device_, sources_, options_);
    for (std::size_t i = 0; i < compiled.size(); ++i) {
        add_warnings(compiled[i].warnings);
        from_cache_ = from_cache_ && compiled[i].from_cache;
        const auto name = options_.lto ? name_ : sources_[i].name.filename().string();
        add_object(elf::Object::parse(std::move(compiled[i].object), name));
    }
}

void Program::add_warnings(const std::string& words) {
    if (words.empty()) return;
    device_.options().log(LogLevel::warning, "{}", words);
    warnings_ += (warnings_.empty() ? "" : "\n") + words;
}

void Program::add_object(elf::Object object) {
    check_family(object, device_.revision());
    if (options_.lint && device_.options().lint) {
        const auto found = log_lint_warnings(object, device_.revision(), device_.options().log);
        if (!found.empty()) warnings_ += (warnings_.empty() ? "" : "\n") + found;
    }
    interfaces_.push_back(interface_of(object));
    objects_.push_back(std::move(object));
}

void Program::no_such_function(const std::string& function) const {
    const auto there = function_names(interfaces_);
    auto message = fmt::format("no function '{}' in {}.", function, name_);
    message += there.empty() ? " It defines no function." : " It defines: " + listed(there) + ".";
    if (const auto near = nearest(function, there); !near.empty()) message += fmt::format(" Did you mean '{}'?", near);
    if (!refusal_.empty()) message += "\nThe compiler says:\n" + refusal_;
    if (const auto blame = siblings_ ? siblings_->blame(function) : std::string(); !blame.empty())
        message += " " + blame;
    throw FunctionNotFound(message);
}

/// One that is written in assembly, by its declaration in C.
void Program::describe_if_declared(const std::string& function, dwarf::Interface& interface) {
    for (const auto& source : sources_)
        if (auto signature = describe(device_, source, function, options_)) {
            interface.functions.push_back(std::move(*signature));
            std::erase(interface.undescribed, function);
            return;
        }
}

bool Program::keep_if_defined(const std::string& function, dwarf::Interface& interface) {
    const auto* described = interface.function(function);
    if (described != nullptr && described->is_external)
        keep_.push_back(described->symbol);
    else if (std::ranges::find(interface.undescribed, function) != interface.undescribed.end()) {
        keep_.push_back(function);
        describe_if_declared(function, interface);
    } else
        return false;
    return true;
}

/// From an archive, or from a source beside the one that was named.
bool Program::keep_from_elsewhere(const std::string& function) {
    auto object = from_archives(function);
    if (!object && siblings_) object = siblings_->provide(function);
    if (!object) return false;
    add_object(std::move(*object));
    return keep_if_defined(function, interfaces_.back());
}

void Program::keep(const std::string& function) {
    for (auto& interface : interfaces_)
        if (keep_if_defined(function, interface)) return;
    if (keep_overload(function) || keep_by_asking(function) || keep_from_elsewhere(function)) return;
    for (const auto& interface : interfaces_)
        if (interface.function(function) != nullptr)
            throw FunctionNotFound(fmt::format("'{}' is static in {}, which is compiled already. Remove 'static' to "
                                               "call it from the host",
                                               function, name_));
    no_such_function(function);
}

/// "area(const Point &)" or "scale<float, 4>", as debug information spells it.
bool Program::keep_overload(const std::string& function) {
    const auto asked = without_spaces(function);
    std::vector<const dwarf::Signature*> found;
    for (const auto& interface : interfaces_)
        for (const auto& signature : interface.functions) {
            if (!signature.is_external) continue;
            const bool is_it = asked == without_spaces(signature.qualified_name) || asked == signature.name ||
                               asked == without_spaces(with_parameters(signature));
            if (is_it) found.push_back(&signature);
        }
    if (found.empty()) return false;
    if (found.size() > 1) several_functions(function, name_, found);
    keep_.push_back(found.front()->symbol);
    wanted_.push_back({function, {}, found.front()->symbol});
    return true;
}

/// Has the sources compiled again, with a line that mentions the function.
bool Program::keep_by_asking(const std::string& function) {
    if (!is_expression(function)) return false;
    asked_.resize(sources_.size());
    const auto identifier = identifier_of(function);
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        const auto& source = sources_[i];
        const auto extension = source.name.extension();
        if (identifier.empty() || extension == ".S" || extension == ".s") continue;
        const auto text = source.content ? *source.content : to_text(read_file(source.name));
        if (mentions(text, identifier) && ask(i, function)) return true;
    }
    return false;
}

/// The sources, each with lines that mention what it was asked for.
std::vector<toolchain::Source> Program::asked_sources() const {
    auto sources = sources_;
    for (std::size_t i = 0; i < asked_.size(); ++i) {
        if (asked_[i].empty()) continue;
        auto& source = sources[i];
        if (!source.content) source.folder = std::filesystem::absolute(source.name).parent_path();
        source.content = (source.content ? *source.content : to_text(read_file(source.name))) +
                         lines_for(asked_[i], source.name.extension() != ".c");
    }
    return sources;
}

/// The object that a source becomes with these lines, or all sources together;
/// nothing if the compiler refuses them.
std::optional<elf::Object> Program::compile_asked(std::size_t index) {
    const auto sources = asked_sources();
    try {
        auto compiled = options_.lto ? compile_as_one(device_, sources, options_)
                                     : compile_each(device_, std::span(&sources[index], 1), options_).front();
        const auto name = options_.lto ? name_ : sources[index].name.filename().string();
        return elf::Object::parse(std::move(compiled.object), name);
    } catch (const CompileError& error) {
        refusal_ = error.what();
        return std::nullopt;
    }
}

bool Program::ask(std::size_t index, const std::string& function) {
    asked_[index].push_back({function, pointer_name(wanted_.size())});
    auto& wanted = asked_[index].back();
    auto object = compile_asked(index);
    if (object) wanted.symbol = target_of(*object, wanted.pointer);
    const auto* symbol = object ? object->symbol(wanted.symbol) : nullptr;
    const bool is_there = symbol != nullptr && symbol->placed() && symbol->function();
    if (!is_there) { // a variable, or only declared here
        asked_[index].pop_back();
        return false;
    }
    wanted_.push_back(wanted);
    keep_.push_back(wanted.pointer);
    // It was compiled as a text, and backtraces look for that.
    if (!sources_[index].content) add_text(sources_[index].name, to_text(read_file(sources_[index].name)));
    const auto at = first_compiled_ + (options_.lto ? 0 : index);
    interfaces_[at] = interface_of(*object);
    objects_[at] = std::move(*object);
    if (options_.lto) find_wanted_again();
    return true;
}

/// Optimized as a whole once more, static functions may have other symbols.
void Program::find_wanted_again() {
    for (auto& wanted : wanted_)
        if (!wanted.pointer.empty()) wanted.symbol = target_of(objects_[first_compiled_], wanted.pointer);
}

std::optional<elf::Object> Program::from_archives(std::string_view symbol) const {
    for (const auto& archive : archives_)
        if (const auto* member = archive.find(symbol); member != nullptr) return archive.object(*member);
    return std::nullopt;
}

link::Input Program::input() {
    link::Input input;
    input.objects = objects_;
    input.keep = keep_;
    input.name = name_;
    input.alignment = std::max(options_.alignment, 4u);
    input.describe = source_line;
    input.libraries = [this] { return device_.archives(); };
    input.provide = [this](std::string_view symbol) {
        auto object = from_archives(symbol);
        return object || !siblings_ ? object : siblings_->provide(symbol);
    };
    if (siblings_) {
        input.provide_at_last = [this](std::string_view symbol) { return siblings_->provide_at_last(symbol); };
        input.blame = [this](std::string_view symbol) { return siblings_->blame(symbol); };
    }
    const auto* firmware = device_.firmware();
    if (firmware != nullptr && options_.use_firmware_symbols) use_firmware(input, *firmware);
    if (firmware == nullptr && options_.use_firmware_symbols)
        input.advice = "What the firmware of this device has is not known: give its ELF file with firmware_elf, or "
                       "--firmware-elf in the shell.";
    return input;
}

/// The source and those beside it that turned out to be needed, as one object.
void Program::optimize_as_a_whole() {
    const auto& used = siblings_->used();
    sources_.insert(sources_.end(), used.begin(), used.end());
    siblings_.reset();
    objects_.clear();
    interfaces_.clear();
    compile();
    find_wanted_again();
    for (auto& interface : interfaces_)
        for (const auto& function : std::vector(interface.undescribed))
            if (is_wanted(function)) describe_if_declared(function, interface);
}

link::Plan Program::link() {
    for (const auto& function : options_.functions) keep(function);
    if (options_.functions.empty())
        for (auto& interface : interfaces_)
            for (const auto& function : std::vector(interface.undescribed)) describe_if_declared(function, interface);
    auto plan = link::place(input());
    if (!siblings_ || siblings_->used().empty()) return plan;
    add_warnings(siblings_->warnings());
    if (!options_.lto) return plan;
    optimize_as_a_whole();
    return link::place(input());
}

} // namespace p4jit::jit
