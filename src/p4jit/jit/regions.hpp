// What the arrays of a call occupy on the device. Arrays that share memory
// share a region, so that the kernel's pointers alias as the caller's do.
#pragma once

#include "p4jit/jit/footprint.hpp"
#include "p4jit/jit/marshal.hpp"

namespace p4jit::jit {

/// An array in a region.
struct Member {
    Transfer transfer;
    Footprint footprint;
    std::size_t offset = 0; ///< of its first byte in the region
};

/// One piece of device memory, and the arrays in it.
class Region {
public:
    explicit Region(Member member);

    /// Takes the other region's arrays if all lie in one sequence then, else
    /// changes nothing.
    bool absorb(const Region& other);
    /// Does another array lie on one of this region's?
    bool touches(const Region& other) const { return share_bytes(sequence_, other.sequence_); }

    /// Fixes what bytes() are; no more absorb() after that.
    void seal();

    const std::vector<Member>& members() const { return members_; }
    std::size_t size() const { return padding_ + sequence_.size(); }
    bool comes_back() const;
    /// What goes to the device: the caller's own memory, or a copy in C order.
    ByteView bytes() const { return bytes_; }
    /// Where the member begins in bytes().
    std::uint32_t place(const Member& member) const { return static_cast<std::uint32_t>(padding_ + member.offset); }

    /// Copies what is in the region now to those arrays that come back.
    void bring_back(ByteView contents) const;

private:
    Footprint sequence_;
    std::vector<Member> members_;
    std::size_t padding_ = 0; ///< before the first byte, so that each array is aligned
    Bytes copy_;
    ByteView bytes_;
};

/// Throws ArgumentValueError, which names the arguments, for arrays that the
/// function may write to and that lie on each other in a way that flat memory
/// cannot.
std::vector<Region> regions_of(const dwarf::Signature& signature, std::vector<Transfer> transfers);

} // namespace p4jit::jit
