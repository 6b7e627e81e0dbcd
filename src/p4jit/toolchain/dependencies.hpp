// What an object was made from besides its source: the files that the compiler
// read, and the files that it would have read had they been there.
//
// An object in the cache is right as long as the first have the same contents
// and the second are still missing. So the list of the last compile is kept,
// and with the contents of today hashed into the key of the object.
#pragma once

#include "p4jit/toolchain/hash.hpp"

#include <filesystem>
#include <optional>
#include <vector>

namespace p4jit::toolchain {

/// The prerequisites of a makefile rule, as GCC and clang write it with -MD.
std::vector<std::string> parse_rule(std::string_view text);

/// What the system says of a file without reading it. Files with the same stamp
/// have the same contents; a default one is equal to none.
struct Stamp {
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t changed = 0; ///< ctime, in ns: unlike the others it cannot be set

    bool same_as(const Stamp& other) const {
        return changed != 0 && inode == other.inode && size == other.size && changed == other.changed;
    }
};

/// Now, by the clock that files are stamped with, in ns.
std::int64_t file_clock_now();

class Dependencies {
public:
    /// Of a compile that began at `started` (file_clock_now()). `user_folders`
    /// are those in which the compiler looks for headers before the system's.
    /// Nothing if the object must not be cached: a file has changed since, or
    /// uses something that no list can tell, like __TIME__ or .incbin.
    static std::optional<Dependencies> of(const std::vector<std::filesystem::path>& read,
                                          const std::vector<std::filesystem::path>& user_folders, std::int64_t started);

    /// Over the names and contents of now; nothing if a file is missing that was
    /// there, or the other way round.
    std::optional<Hash> hash_now() const;

    Bytes to_bytes() const;
    /// Nothing if the bytes are damaged.
    static std::optional<Dependencies> from_bytes(ByteView bytes);

private:
    struct File {
        std::string path;
        Stamp stamp;
        Hash hash{};
    };
    void add_shadows(const std::vector<std::filesystem::path>& folders);

    std::vector<File> files_;
    std::vector<std::string> absent_;
};

/// Does a source use something whose value is not in any file: the time of day,
/// files that assemblers include, or a question whether a header exists?
bool hides_inputs(std::string_view text, bool of_system);

} // namespace p4jit::toolchain
