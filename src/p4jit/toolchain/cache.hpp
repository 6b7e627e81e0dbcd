// A folder of results by the hash of what they were made from.
//
// Entries are written whole or not at all, say which key they are for, and
// carry a checksum; one that is damaged, or stands under a wrong name, is as
// good as none. The folder must be the user's own and closed to others.
#pragma once

#include "p4jit/toolchain/environment.hpp"
#include "p4jit/toolchain/hash.hpp"

#include <optional>

namespace p4jit::toolchain {

class Cache {
public:
    static constexpr std::uint64_t default_limit = std::uint64_t{256} << 20;

    /// One that is off.
    Cache() = default;
    /// Makes the folder if need be. `limit` is the bytes that it may hold.
    explicit Cache(std::filesystem::path folder, std::uint64_t limit = default_limit);
    /// $XDG_CACHE_HOME/p4jit, else ~/.cache/p4jit.
    static Cache of_user(const Environment& environment);

    /// Empty if it is on, else why it is off.
    const std::string& why_off() const { return why_off_; }
    const std::filesystem::path& folder() const { return folder_; }

    /// The entry `key` of a kind ("object"); nothing if there is no sound one.
    std::optional<Bytes> load(std::string_view kind, const Hash& key) const;
    /// Keeps an entry. A cache that cannot be written to stays as it is. Now
    /// and then removes what was not used for the longest time.
    void store(std::string_view kind, const Hash& key, ByteView content) const;
    /// Removes what was not used for the longest time until the limit is kept.
    void trim() const;

private:
    std::filesystem::path file(std::string_view kind, const Hash& key) const;

    std::filesystem::path folder_;
    std::uint64_t limit_ = 0;
    std::string why_off_ = "it is off";
};

} // namespace p4jit::toolchain
