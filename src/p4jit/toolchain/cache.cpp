#include "p4jit/toolchain/cache.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include <sys/stat.h>
#include <unistd.h>

namespace p4jit::toolchain {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

/// An entry: this, the key, the hash of the content, the content.
constexpr std::string_view magic = "p4jit-1\n";
constexpr std::size_t header_size = magic.size() + 2 * sizeof(Hash);

/// One trim for so many stores.
constexpr unsigned stores_per_trim = 32;

/// Makes the folder, with mode 0700; empty, or why it must not be used.
std::string prepare(const fs::path& folder) {
    std::error_code failed;
    fs::create_directories(folder.parent_path(), failed);
    if (!failed && ::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) failed = {errno, std::generic_category()};
    if (failed)
        return fmt::format("{} cannot be made: {}. XDG_CACHE_HOME can name another folder for them", folder.string(),
                           failed.message());
    struct stat status{};
    if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
        return fmt::format("{} is no folder", folder.string());
    // Whoever can write there decides which code runs.
    if (status.st_uid != ::geteuid()) return fmt::format("{} belongs to another user", folder.string());
    if (status.st_mode & 022) return fmt::format("{} can be written by others (chmod 700 helps)", folder.string());
    return {};
}

/// Is it a file of this user's that nobody else can write? The folder may have
/// been open once.
bool is_ours(const fs::path& file) {
    struct stat status{};
    return ::lstat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
           (status.st_mode & 022) == 0;
}

Hash read_hash(Cursor& cursor) {
    Hash hash{};
    std::ranges::copy(cursor.take(hash.size()), hash.begin());
    return hash;
}

} // namespace

Cache::Cache(fs::path folder, std::uint64_t limit) : folder_(std::move(folder)), limit_(limit) {
    why_off_ = prepare(folder_);
}

Cache Cache::of_user(const Environment& environment) {
    const auto folder = environment.xdg("XDG_CACHE_HOME", ".cache");
    if (!folder.empty()) return Cache(folder);
    Cache off;
    off.why_off_ = "neither XDG_CACHE_HOME nor HOME is set";
    return off;
}

fs::path Cache::file(std::string_view kind, const Hash& key) const {
    return folder_ / fmt::format("{}.{}", hex(key), kind);
}

std::optional<Bytes> Cache::load(std::string_view kind, const Hash& key) const {
    if (!why_off_.empty()) return std::nullopt;
    const auto path = file(kind, key);
    std::error_code failed;
    const auto used = fs::last_write_time(path, failed);
    if (failed || !is_ours(path)) return std::nullopt;

    Bytes entry;
    try {
        entry = read_file(path, limit_ + header_size);
    } catch (const Error&) {
        return std::nullopt;
    }
    Cursor cursor(entry);
    if (as_text(cursor.take(magic.size())) != magic || read_hash(cursor) != key) return std::nullopt;
    const auto checksum = read_hash(cursor);
    if (!cursor.ok() || hash(cursor.take(cursor.left())) != checksum) return std::nullopt;

    // The time of an entry is that of its use, to the hour.
    const auto now = fs::file_time_type::clock::now();
    if (now - used > 1h) fs::last_write_time(path, now, failed);
    entry.erase(entry.begin(), entry.begin() + header_size);
    return entry;
}

void Cache::store(std::string_view kind, const Hash& key, ByteView content) const {
    if (!why_off_.empty()) return;
    Bytes entry(magic.begin(), magic.end());
    const auto checksum = hash(content);
    entry.insert(entry.end(), key.begin(), key.end());
    entry.insert(entry.end(), checksum.begin(), checksum.end());
    entry.insert(entry.end(), content.begin(), content.end());
    try {
        const auto path = file(kind, key);
        write_file(path, entry);
        std::error_code failed; // then it is not loaded, if the umask is that open
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, failed);
    } catch (const Error&) {
        return; // the result is as good without
    }
    if (key[0] % stores_per_trim == 0) trim();
}

void Cache::trim() const {
    struct Entry {
        fs::path path;
        fs::file_time_type used;
        std::uint64_t size;
    };
    std::vector<Entry> entries;
    std::uint64_t total = 0;
    std::error_code failed;
    for (const auto& item : fs::directory_iterator(folder_, failed)) {
        std::error_code gone; // another process may trim, too
        const auto used = item.last_write_time(gone);
        const auto size = item.is_regular_file(gone) ? item.file_size(gone) : 0;
        if (gone) continue;
        entries.push_back({item.path(), used, size});
        total += size;
    }
    std::ranges::sort(entries, {}, &Entry::used);
    for (const auto& entry : entries) {
        if (total <= limit_) break;
        fs::remove(entry.path, failed);
        total -= entry.size;
    }
}

} // namespace p4jit::toolchain
