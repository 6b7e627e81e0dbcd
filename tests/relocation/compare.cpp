#include "tests/relocation/compare.hpp"

#include "p4jit/link/relocate.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::test {

namespace {

using elf::RelocationType;

/// The bytes that an object of the plan was parsed from.
ByteView file_of(const elf::Object& object, const Job& job) {
    for (const auto& section : object.sections()) {
        if (section.contents.empty()) continue;
        const auto* at = section.contents.data();
        for (const auto& archive : job.archives)
            for (const auto& member : archive.members())
                if (std::less_equal<>()(member.contents.data(), at) &&
                    std::less<>()(at, member.contents.data() + member.contents.size()))
                    return member.contents;
    }
    return job.file;
}

/// The I-type immediate of an instruction.
std::uint32_t low_immediate(std::uint32_t word) { return static_cast<std::uint32_t>(sign_extend(word >> 20, 12)); }

/// Compares the chunks of one link. Which slot of the GOT a symbol has is the
/// linker's choice: there, what is loaded must be the same, not the address.
class Comparer {
public:
    Comparer(const link::Plan& plan, std::uint32_t base, const Bytes& ours, const ForeignImage& theirs, Tally& tally)
        : plan_(plan), base_(base), ours_(ours), theirs_(theirs), tally_(tally) {}

    std::vector<std::string> run() {
        for (std::size_t i = 0; i < plan_.chunks().size(); ++i)
            if (plan_.chunks()[i].section != 0) compare(i);
        return std::move(differences_);
    }

private:
    void compare(std::size_t index) {
        const auto& chunk = plan_.chunks()[index];
        Bytes theirs = theirs_.chunks[index];
        Bytes ours(ours_.begin() + chunk.offset, ours_.begin() + chunk.offset + chunk.size);
        ++tally_.sections;
        for (const auto& relocation : section(chunk).relocations) ++tally_.relocations[relocation.type];
        if (chunk.part == link::Part::bss) return;
        if (theirs.size() != ours.size())
            return difference(chunk, 0, fmt::format("has {} bytes, ours {}", theirs.size(), ours.size()));
        compare_got_loads(chunk, ours, theirs);
        compare_weak_calls(chunk, ours, theirs);
        tally_.bytes += ours.size();
        for (std::size_t at = 0; at < ours.size(); ++at)
            if (ours[at] != theirs[at])
                return difference(chunk, at, fmt::format("has {:#04x}, ours {:#04x}", theirs[at], ours[at]));
    }

    /// Compares what each auipc and load of a GOT pair loads, and then makes
    /// their immediates zero on both sides.
    void compare_got_loads(const link::Chunk& chunk, Bytes& ours, Bytes& theirs) {
        std::map<std::uint32_t, std::uint32_t> our_pages, their_pages; // by offset of the auipc
        for (const auto& relocation : chunk.relocations) {
            if (relocation.type != RelocationType::R_GOT_HI20) continue;
            our_pages[relocation.offset] = take_page(chunk, relocation.offset, ours);
            their_pages[relocation.offset] = take_page(chunk, relocation.offset, theirs);
        }
        for (const auto& relocation : chunk.relocations) {
            if (relocation.type != RelocationType::R_PCREL_LO12_I) continue; // nothing is stored to a GOT
            const auto label = chunk.from_section(plan_.objects()[chunk.object].symbols()[relocation.symbol].value);
            if (!our_pages.contains(label)) continue;
            const auto our_slot = our_pages[label] + take_low(relocation.offset, ours);
            const auto their_slot = their_pages[label] + take_low(relocation.offset, theirs);
            ++tally_.got_loads;
            if (!theirs_.got.contains(their_slot) || word(our_slot) != theirs_.got.at(their_slot))
                difference(
                    chunk, relocation.offset,
                    fmt::format("loads another word of the GOT: ours is {:#x} at {:#x}", word(our_slot), our_slot));
        }
    }

    /// A call of a weak function that nobody has goes to address 0, by whatever
    /// pair of instructions; makes those zero on both sides.
    void compare_weak_calls(const link::Chunk& chunk, Bytes& ours, Bytes& theirs) {
        for (const auto& relocation : chunk.relocations) {
            if (relocation.type != RelocationType::R_CALL && relocation.type != RelocationType::R_CALL_PLT) continue;
            const auto at = relocation.offset;
            if (call_target(chunk, at, ours) != 0) continue;
            if (call_target(chunk, at, theirs) != 0) difference(chunk, at, "does not call address 0");
            ++tally_.weak_calls;
            for (auto* bytes : {&ours, &theirs}) std::fill_n(bytes->begin() + at, 8, std::uint8_t{});
        }
    }

    std::uint32_t call_target(const link::Chunk& chunk, std::uint32_t at, const Bytes& bytes) const {
        const auto high = load_le<std::uint32_t>(&bytes[at]), low = load_le<std::uint32_t>(&bytes[at + 4]);
        const auto page = base_ + chunk.offset + at + (high & ~0xFFFu);
        return (bits(low, 19, 15) == 0 ? 0 : page) + low_immediate(low);
    }

    std::uint32_t take_page(const link::Chunk& chunk, std::uint32_t at, Bytes& bytes) const {
        const auto instruction = load_le<std::uint32_t>(&bytes[at]);
        store_le(&bytes[at], instruction & 0xFFF);
        return base_ + chunk.offset + at + (instruction & ~0xFFFu);
    }
    static std::uint32_t take_low(std::uint32_t at, Bytes& bytes) {
        const auto instruction = load_le<std::uint32_t>(&bytes[at]);
        store_le(&bytes[at], instruction & 0xF'FFFF);
        return low_immediate(instruction);
    }
    /// Of our image.
    std::uint32_t word(std::uint32_t address) const {
        const auto offset = address - base_;
        return offset < ours_.size() - 3 ? load_le<std::uint32_t>(&ours_[offset]) : ~0u;
    }

    const elf::Section& section(const link::Chunk& chunk) const {
        return plan_.objects()[chunk.object].sections()[chunk.section];
    }
    void difference(const link::Chunk& chunk, std::size_t at, const std::string& what) {
        differences_.push_back(fmt::format("{} {}+{:#x}: the other linker {}", plan_.objects()[chunk.object].name(),
                                           section(chunk).name, at, what));
    }

    const link::Plan& plan_;
    std::uint32_t base_;
    const Bytes& ours_;
    const ForeignImage& theirs_;
    Tally& tally_;
    std::vector<std::string> differences_;
};

} // namespace

std::size_t Tally::relocation_count() const {
    std::size_t sum = 0;
    for (const auto& [type, count] : relocations) sum += count;
    return sum;
}

std::string Tally::to_text() const {
    auto text = fmt::format("{} links of {} objects: {} sections, {} relocations, {} bytes, {} loads from a "
                            "GOT, {} calls of missing weak functions\n",
                            links, objects, sections, relocation_count(), bytes, got_loads, weak_calls);
    for (const auto& [type, count] : relocations) text += fmt::format("  {:<24}{:>8}\n", elf::name(type), count);
    return text;
}

std::vector<std::string> compare(const Job& job, std::uint32_t address, Tally& tally) {
    link::Input input;
    input.objects = {elf::Object::parse(job.file, job.name)};
    input.archives = job.archives;
    input.external = [&job](std::string_view name) -> std::optional<std::uint32_t> {
        const auto found = job.symbols.find(std::string(name));
        return found == job.symbols.end() ? std::nullopt : std::optional(found->second);
    };
    const auto plan = link::place(input);
    const auto ours = link::relocate(plan, address);
    std::vector<ByteView> files;
    for (const auto& object : plan.objects()) files.push_back(file_of(object, job));
    const auto theirs = link_with(job.linker, plan, files, address, job.symbols);
    ++tally.links;
    tally.objects += files.size();
    return Comparer(plan, address, ours, theirs, tally).run();
}

} // namespace p4jit::test
