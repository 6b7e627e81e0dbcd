#include "p4jit/jit/regions.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::jit {

namespace {

/// What the element's address must be a multiple of.
std::size_t alignment_of(const Transfer& transfer) {
    const std::size_t size = transfer.array.element.size();
    return size == 0 ? 8 : std::min<std::size_t>(size & (~size + 1), 8);
}

std::string name_of(const dwarf::Signature& signature, const Transfer& transfer) {
    const auto& name = signature.parameters[transfer.parameter].name;
    return fmt::format("{}{}", transfer.parameter + 1, name.empty() ? "" : fmt::format(" '{}'", name));
}

[[noreturn]] void refuse_pair(const dwarf::Signature& signature, const Transfer& one, const Transfer& other) {
    const auto [first, second] =
        std::minmax(one, other, [](const auto& a, const auto& b) { return a.parameter < b.parameter; });
    throw ArgumentValueError(fmt::format(
        "{}: arguments {} and {} share memory, the function may write to both, and no two pointers into flat memory "
        "overlap as they do.\n  Pass a copy of one, or declare the one that is only read const.",
        signature.spelling(), name_of(signature, first), name_of(signature, second)));
}

void check_alone(const dwarf::Signature& signature, const Member& member) {
    if (!member.transfer.comes_back || !overlaps_itself(member.footprint)) return;
    throw ArgumentValueError(
        fmt::format("{}: elements of argument {} share memory (as those of np.broadcast_to do), and "
                    "the function may write to them.\n  Pass a copy of it, or declare the "
                    "parameter const.",
                    signature.spelling(), name_of(signature, member.transfer)));
}

/// Adds an array to the regions it lies on, which become one.
void add(const dwarf::Signature& signature, std::vector<Region>& regions, Region region) {
    std::vector<std::size_t> touched;
    for (std::size_t i = 0; i < regions.size(); ++i)
        if (regions[i].touches(region)) touched.push_back(i);

    auto joined = region;
    for (const auto index : touched) {
        if (joined.absorb(regions[index])) continue;
        if (region.comes_back())
            refuse_pair(signature, region.members().front().transfer, regions[index].members().front().transfer);
        // Behind const: a copy, as it is before the call.
        regions.push_back(std::move(region));
        return;
    }
    for (auto index = touched.rbegin(); index != touched.rend(); ++index)
        regions.erase(regions.begin() + static_cast<std::ptrdiff_t>(*index));
    regions.push_back(std::move(joined));
}

} // namespace

Region::Region(Member member) : sequence_(member.footprint), members_{std::move(member)} {}

bool Region::absorb(const Region& other) {
    auto joined = join(sequence_, other.sequence_);
    if (!joined) return false;
    for (auto& member : members_) member.offset += joined->a;
    for (auto member : other.members_) {
        member.offset += joined->b;
        members_.push_back(std::move(member));
    }
    sequence_ = std::move(joined->sequence);
    return true;
}

bool Region::comes_back() const {
    return std::ranges::any_of(members_, [](const Member& member) { return member.transfer.comes_back; });
}

void Region::seal() {
    const auto aligned = [this](std::size_t padding) {
        return std::ranges::all_of(members_, [&](const Member& member) {
            return (padding + member.offset) % alignment_of(member.transfer) == 0;
        });
    };
    // None is right for arrays that are not aligned to each other.
    for (std::size_t padding = 8; padding-- > 0;)
        if (aligned(padding)) padding_ = padding;
    if (padding_ == 0 && sequence_.is_contiguous()) {
        bytes_ = {sequence_.first, sequence_.run};
        return;
    }
    copy_.resize(size());
    gather(sequence_, &copy_[padding_]);
    bytes_ = copy_;
}

void Region::bring_back(ByteView contents) const {
    for (const auto& member : members_)
        if (member.transfer.comes_back) scatter(contents.data() + place(member), member.footprint);
}

std::vector<Region> regions_of(const dwarf::Signature& signature, std::vector<Transfer> transfers) {
    // Those that come back first: the others join them where they can.
    std::ranges::stable_partition(transfers, &Transfer::comes_back);
    std::vector<Region> regions;
    for (auto& transfer : transfers) {
        const auto footprint = Footprint::of(transfer.array);
        Region region(Member{std::move(transfer), footprint});
        check_alone(signature, region.members().front());
        add(signature, regions, std::move(region));
    }
    for (auto& region : regions) region.seal();
    return regions;
}

} // namespace p4jit::jit
