#include "p4jit/jit/describe.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/jit/compile.hpp"
#include "p4jit/jit/siblings.hpp"

#include <fmt/format.h>

namespace p4jit::jit {

namespace fs = std::filesystem;

namespace {

bool is_compiled(const toolchain::Source& source) {
    const auto language = toolchain::language_of(source.name);
    return language == toolchain::Language::c || language == toolchain::Language::cxx;
}

/// The source with a line more. Of a file only the name is taken, so that its
/// headers are found where they are.
toolchain::Source with_mention(const toolchain::Source& source, const std::string& function) {
    const auto text =
        source.content ? *source.content : fmt::format("#include \"{}\"", fs::absolute(source.name).generic_string());
    return toolchain::Source::text(
        fmt::format("{0}\nstatic __typeof__({1}) *const p4jit_describes __attribute__((used)) = {1};\n", text,
                    function),
        "declaration" + source.name.extension().string());
}

} // namespace

std::optional<dwarf::Signature> describe(DeviceState& device, const toolchain::Source& source,
                                         const std::string& function, const LoadOptions& options) {
    if (!is_compiled(source) || function.starts_with("_Z")) return std::nullopt;
    // Of many functions that nobody has asked for, those in plain sight.
    const bool is_asked_for = !options.functions.empty();
    if (!is_asked_for && !mentions(source.content ? *source.content : read_text(source.name), function))
        return std::nullopt;
    const auto stub = with_mention(source, function);
    auto attempts = try_to_compile(device, {&stub, 1}, options);
    if (attempts.front().error) return std::nullopt;
    const auto object = elf::Object::parse(std::move(attempts.front().compiled.object), stub.name.string());
    const auto interface = dwarf::read_interface(object);
    const auto* variable = interface.variable("p4jit_describes");
    if (variable == nullptr) return std::nullopt;
    try {
        return dwarf::signature_of(variable->type, function);
    } catch (const SignatureError&) { // a variable, or a macro's
        return std::nullopt;
    }
}

} // namespace p4jit::jit
