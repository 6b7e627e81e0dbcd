#include "p4jit/base/file.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <fstream>

namespace p4jit {

namespace fs = std::filesystem;

namespace {

/// "kern.c", and for a relative path which folder that is in.
std::string with_folder(const fs::path& path) {
    std::error_code failed;
    const auto folder = fs::current_path(failed);
    if (path.empty()) return "'' (no name is given)";
    return path.is_absolute() || failed ? path.string() : fmt::format("{} (in {})", path.string(), folder.string());
}

} // namespace

Bytes read_file(const fs::path& path, std::uint64_t most) {
    std::error_code unknown; // opening it tells why
    const auto status = fs::status(path, unknown);
    if (fs::is_directory(status)) throw SourceNotFound(fmt::format("{} is a folder, not a file", path.string()));
    // A pipe would make us wait for ever, and /dev/zero has no end.
    if (fs::is_other(status)) throw SourceNotFound(fmt::format("{} is a device or a pipe, not a file", path.string()));
    const auto size = fs::file_size(path, unknown);
    if (!unknown && size > most)
        throw SourceNotFound(
            fmt::format("{} has {} bytes, which is more than makes sense ({})", path.string(), size, most));
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    const auto error = errno;
    if (!in) throw SourceNotFound(fmt::format("cannot open {}: {}", with_folder(path), std::strerror(error)));
    Bytes bytes(static_cast<std::size_t>(in.tellg()));
    in.seekg(0);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!in) throw SourceNotFound(fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
    return bytes;
}

std::string read_text(const fs::path& path) { return std::string(as_text(read_file(path))); }

namespace {

/// False if it cannot be done; errno tells why.
bool write_all(const fs::path& path, ByteView bytes) {
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    out.close();
    return static_cast<bool>(out);
}

[[noreturn]] void throw_cannot_write(const fs::path& path, const std::string& reason) {
    throw SystemError(fmt::format("cannot write {}: {}", path.string(), reason));
}

} // namespace

void write_file(const fs::path& path, ByteView bytes) {
    std::error_code failed;
    const auto status = fs::status(path, failed);
    if (fs::is_directory(status)) throw_cannot_write(path, "it is a folder");
    // A device must be written to; a file put in its place would end it.
    if (fs::is_other(status)) {
        if (!write_all(path, bytes)) throw_cannot_write(path, std::strerror(errno));
        return;
    }
    // Unique in this process and, by the clock, among processes.
    static std::atomic<unsigned> counter{0};
    const auto stamp = std::chrono::steady_clock::now().time_since_epoch().count();
    const auto temporary = path.parent_path() / fmt::format(".p4jit-{:x}-{}", stamp, counter++);
    auto reason = write_all(temporary, bytes) ? std::string() : std::string(std::strerror(errno));
    if (reason.empty()) {
        fs::rename(temporary, path, failed);
        if (!failed) return;
        reason = failed.message();
    }
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw_cannot_write(path, reason);
}

} // namespace p4jit
