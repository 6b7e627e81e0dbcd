// Whole files in and out.
#pragma once

#include "p4jit/base/bytes.hpp"

#include <filesystem>
#include <string>

namespace p4jit {

/// Larger than any source, object, library or firmware image.
inline constexpr std::uint64_t most_of_a_file = std::uint64_t{512} << 20;

/// The file's bytes. Throws SourceNotFound, naming the file and the reason; also
/// for what is no regular file (a device, a pipe) and for more bytes than `most`.
Bytes read_file(const std::filesystem::path& path, std::uint64_t most = most_of_a_file);
std::string read_text(const std::filesystem::path& path);

/// Writes the file whole, or throws SystemError. A reader sees the old file or
/// the new one, never half of it. What is a device or a pipe is written to.
void write_file(const std::filesystem::path& path, ByteView bytes);

} // namespace p4jit
