#include "npy.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"

#include <fmt/format.h>

namespace p4jit::cli {

namespace {

/// The text behind a key of the header's dictionary: "'descr': '<f4', …".
std::string_view value_of(std::string_view header, std::string_view key) {
    const auto at = header.find(fmt::format("'{}':", key));
    if (at == header.npos) return {};
    return trim(header.substr(at + key.size() + 3));
}

std::optional<ScalarType> element_type(std::string_view descr) {
    // One character for the byte order, one for the kind, the size.
    if (descr.size() != 3 || (descr[0] != '<' && descr[0] != '|')) return std::nullopt;
    const auto size = static_cast<std::uint8_t>(descr[2] - '0');
    if (size != 1 && size != 2 && size != 4 && size != 8) return std::nullopt;
    switch (descr[1]) {
    case 'b': return ScalarType{ScalarKind::boolean, size};
    case 'i': return ScalarType{ScalarKind::signed_integer, size};
    case 'u': return ScalarType{ScalarKind::unsigned_integer, size};
    case 'f': return size >= 4 ? std::optional(ScalarType{ScalarKind::floating, size}) : std::nullopt;
    default: return std::nullopt;
    }
}

} // namespace

NpyArray read_npy(const std::filesystem::path& path) {
    const auto file = read_file(path);
    const auto bad = [&](const std::string& what) { return BadObject(fmt::format("{}: {}", path.string(), what)); };
    Cursor cursor(file);
    const auto magic = cursor.take(6);
    const auto version = cursor.u16() & 0xFF;
    if (!cursor.ok() || as_text(magic) != "\x93NUMPY") throw bad("not a NumPy array file; save one with np.save");
    const auto header_size = version == 1 ? cursor.u16() : cursor.u32();
    const auto header = as_text(cursor.take(header_size));
    if (!cursor.ok()) throw bad("the file is truncated");

    auto descr = value_of(header, "descr");
    if (descr.starts_with('[')) throw bad("its elements are structures; pass them from Python, or save numbers");
    descr = descr.starts_with('\'') ? descr.substr(1, descr.find('\'', 1) - 1) : std::string_view();
    const auto element = element_type(descr);
    if (!element)
        throw bad(fmt::format("elements of type '{}' cannot be passed; convert to a little-endian number type", descr));
    if (value_of(header, "fortran_order").starts_with("True"))
        throw bad("it is in Fortran order; save np.ascontiguousarray(x)");
    const auto data = cursor.take(cursor.left());
    if (data.size() % element->size != 0) throw bad("the file is truncated");
    return {*element, Bytes(data.begin(), data.end())};
}

} // namespace p4jit::cli
