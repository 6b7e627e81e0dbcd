// Debug information of an image: that of its objects, one behind the other, and
// relocated. What was left out of the image is at address 0.
#include "p4jit/jit/image.hpp"

#include "p4jit/base/bits.hpp"
#include "p4jit/dwarf/relocate.hpp"
#include "p4jit/elf/compression.hpp"

#include <algorithm>
#include <map>

namespace p4jit::jit {

namespace {

class DebugImage {
public:
    explicit DebugImage(const Image& image) : image_(image) {
        for (const auto& chunk : image.plan.chunks())
            if (chunk.section != 0) chunks_[{chunk.object, chunk.section}] = &chunk;
    }

    std::vector<elf::OutputSection> run() {
        const auto& objects = image_.plan.objects();
        for (std::uint32_t i = 0; i < objects.size(); ++i) take(objects[i], i);
        // Beyond this point it is known where each section begins.
        for (std::uint32_t i = 0; i < objects.size(); ++i) relocate(objects[i], i);
        return std::move(sections_);
    }

private:
    struct Taken {
        std::size_t output; ///< index into sections_
        std::uint32_t begin, size;
    };

    static bool is_debug(const elf::Section& section) {
        return section.name.starts_with(".debug_") && !section.allocated() && section.size != 0;
    }

    elf::OutputSection& output(std::string_view name) {
        const auto found = std::ranges::find(sections_, name, &elf::OutputSection::name);
        if (found != sections_.end()) return *found;
        sections_.push_back({.name = std::string(name)});
        return sections_.back();
    }

    void take(const elf::Object& object, std::uint32_t index) {
        for (const auto& section : object.sections()) {
            if (!is_debug(section)) continue;
            auto& into = output(section.name);
            const bool is_compressed = section.flags & elf::section_flag::compressed;
            const auto plain = is_compressed ? elf::decompress(object, section) : Bytes();
            const auto contents = is_compressed ? ByteView(plain) : section.contents;
            into.contents.resize(align_up<std::size_t>(into.contents.size(), std::max(section.alignment, 1u)));
            taken_[{index, section.index}] = {static_cast<std::size_t>(&into - sections_.data()),
                                              static_cast<std::uint32_t>(into.contents.size()),
                                              static_cast<std::uint32_t>(contents.size())};
            into.contents.insert(into.contents.end(), contents.begin(), contents.end());
        }
    }

    void relocate(const elf::Object& object, std::uint32_t index) {
        const auto value_of = [&](const elf::Symbol& symbol, std::uint32_t addend) {
            return value(index, symbol, addend);
        };
        for (const auto& section : object.sections())
            if (const auto taken = taken_.find({index, section.index}); taken != taken_.end()) {
                const auto& [at, begin, size] = taken->second;
                dwarf::relocate(MutableBytes(sections_[at].contents).subspan(begin, size), object, section, value_of);
            }
    }

    std::uint32_t value(std::uint32_t object, const elf::Symbol& symbol, std::uint32_t addend) const {
        if (symbol.absolute()) return symbol.value + addend;
        if (const auto taken = taken_.find({object, symbol.section}); taken != taken_.end())
            return taken->second.begin + symbol.value + addend;
        const auto found = chunks_.find({object, symbol.section});
        if (!symbol.placed() || found == chunks_.end()) return global(symbol);
        const auto& chunk = *found->second;
        // Named by its section, a place moves with the bytes that alignment left out.
        if (symbol.type == elf::SymbolType::section) return image_.address(chunk, chunk.from_section(addend));
        return image_.address(chunk, chunk.from_section(symbol.value)) + addend;
    }

    /// A variable that another object defines, or a common one.
    std::uint32_t global(const elf::Symbol& symbol) const {
        const auto found = symbol.local() ? std::nullopt : image_.plan.find(symbol.name);
        return found ? image_.address(*found) : 0;
    }

    const Image& image_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, const link::Chunk*> chunks_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, Taken> taken_;
    std::vector<elf::OutputSection> sections_;
};

} // namespace

std::vector<elf::OutputSection> debug_sections_of(const Image& image) { return DebugImage(image).run(); }

} // namespace p4jit::jit
