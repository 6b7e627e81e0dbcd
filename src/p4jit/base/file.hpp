// Whole files in and out.
#pragma once

#include "p4jit/base/bytes.hpp"

#include <filesystem>
#include <string>

namespace p4jit {

/// The file's bytes. Throws SourceNotFound, naming the file and the reason.
Bytes read_file(const std::filesystem::path& path);
std::string read_text(const std::filesystem::path& path);

/// Writes the file whole, or throws SystemError. A reader sees the old file or
/// the new one, never half of it.
void write_file(const std::filesystem::path& path, ByteView bytes);

} // namespace p4jit
