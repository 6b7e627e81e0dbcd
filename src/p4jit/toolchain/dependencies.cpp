#include "p4jit/toolchain/dependencies.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"

#include <algorithm>
#include <set>

#include <sys/stat.h>
#include <time.h>

namespace p4jit::toolchain {

namespace fs = std::filesystem;

namespace {

std::int64_t nanoseconds(const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

/// Nothing if there is no such file.
std::optional<Stamp> stamp_of(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return std::nullopt;
    return Stamp{status.st_ino, static_cast<std::uint64_t>(status.st_size), nanoseconds(status.st_ctim)};
}

bool exists(const std::string& path) { return stamp_of(path).has_value(); }

/// Headers of compilers and systems, which are not edited.
bool is_of_system(const std::string& path) { return path.starts_with("/usr/") || path.starts_with("/opt/"); }

std::string read_string(Cursor& cursor) {
    const auto size = cursor.u32();
    return std::string(as_text(cursor.take(size)));
}

void append_string(Bytes& bytes, std::string_view text) {
    append_le(bytes, static_cast<std::uint32_t>(text.size()));
    bytes.insert(bytes.end(), text.begin(), text.end());
}

} // namespace

std::vector<std::string> parse_rule(std::string_view text) {
    const auto colon = text.find(": ");
    if (colon == text.npos) return {};
    text.remove_prefix(colon + 1);
    std::vector<std::string> names(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        const bool escaped = (c == '\\' && (next == ' ' || next == '#')) || (c == '$' && next == '$');
        if (escaped) {
            names.back() += next;
            ++i;
        } else if (c == '\\' && next == '\n') {
            ++i;
        } else if (c == '\n') {
            break; // the end of the rule
        } else if (c != ' ') {
            names.back() += c;
        } else if (!names.back().empty()) {
            names.emplace_back();
        }
    }
    if (names.back().empty()) names.pop_back();
    return names;
}

std::int64_t file_clock_now() {
    timespec now{};
#ifdef CLOCK_REALTIME_COARSE
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now); // what Linux takes for files
    return nanoseconds(now);
#else
    ::clock_gettime(CLOCK_REALTIME, &now);
    return nanoseconds(now) - 20'000'000;
#endif
}

bool hides_inputs(std::string_view text, bool of_system) {
    const auto uses = [&](std::string_view word) { return text.find(word) != text.npos; };
    if (uses("__TIME__") || uses("__DATE__") || uses("__TIMESTAMP__") || uses("incbin") || uses("#embed")) return true;
    // The system's own headers ask for one another, and stay as they are.
    return !of_system && (uses("__has_include") || uses(".include"));
}

std::optional<Dependencies> Dependencies::of(const std::vector<fs::path>& read,
                                             const std::vector<fs::path>& user_folders, std::int64_t started) {
    Dependencies result;
    auto folders = user_folders;
    for (const auto& path : read) {
        const auto name = path.string();
        const auto stamp = stamp_of(name);
        // Within one tick of the clock before and after cannot be told.
        if (!stamp || stamp->changed >= started) return std::nullopt;
        Bytes content;
        try {
            content = read_file(path);
        } catch (const Error&) {
            return std::nullopt;
        }
        if (hides_inputs(as_text(content), is_of_system(name))) return std::nullopt;
        result.files_.push_back({name, *stamp, hash(content)});
        if (!is_of_system(name)) folders.push_back(path.parent_path());
    }
    result.add_shadows(folders);
    return result;
}

/// A header of the same name in one of the folders could come before the one
/// that was read: <math.h>, or <sys/types.h>.
void Dependencies::add_shadows(const std::vector<fs::path>& folders) {
    std::set<fs::path> distinct;
    for (const auto& folder : folders) distinct.insert(folder.lexically_normal());
    std::set<std::string> absent;
    for (const auto& file : files_) {
        const fs::path path = file.path;
        const auto name = path.filename();
        for (const auto& folder : distinct)
            for (const auto& shadow : {folder / name, folder / path.parent_path().filename() / name})
                if (!exists(shadow.string())) absent.insert(shadow.string());
    }
    absent_.assign(absent.begin(), absent.end());
}

std::optional<Hash> Dependencies::hash_now() const {
    Hasher hasher;
    for (const auto& file : files_) {
        const auto stamp = stamp_of(file.path);
        if (!stamp) return std::nullopt;
        auto content = file.hash;
        if (!file.stamp.same_as(*stamp)) {
            try {
                content = hash(read_file(file.path));
            } catch (const Error&) {
                return std::nullopt;
            }
        }
        hasher.add(file.path).add(content);
    }
    if (std::ranges::any_of(absent_, exists)) return std::nullopt;
    return hasher.finish();
}

Bytes Dependencies::to_bytes() const {
    Bytes bytes;
    append_le(bytes, static_cast<std::uint32_t>(files_.size()));
    for (const auto& file : files_) {
        append_string(bytes, file.path);
        append_le(bytes, file.stamp.inode);
        append_le(bytes, file.stamp.size);
        append_le(bytes, file.stamp.changed);
        bytes.insert(bytes.end(), file.hash.begin(), file.hash.end());
    }
    append_le(bytes, static_cast<std::uint32_t>(absent_.size()));
    for (const auto& path : absent_) append_string(bytes, path);
    return bytes;
}

std::optional<Dependencies> Dependencies::from_bytes(ByteView bytes) {
    Dependencies result;
    Cursor cursor(bytes);
    for (auto count = cursor.u32(); count > 0 && cursor.ok(); --count) {
        File file{read_string(cursor), {cursor.u64(), cursor.u64(), cursor.read<std::int64_t>()}};
        const auto hash = cursor.take(file.hash.size());
        if (cursor.ok()) std::ranges::copy(hash, file.hash.begin());
        result.files_.push_back(std::move(file));
    }
    for (auto count = cursor.u32(); count > 0 && cursor.ok(); --count) result.absent_.push_back(read_string(cursor));
    if (!cursor.ok() || !cursor.done()) return std::nullopt;
    return result;
}

} // namespace p4jit::toolchain
