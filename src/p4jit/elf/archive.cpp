#include "p4jit/elf/archive.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"

#include <bit>
#include <fmt/format.h>

namespace p4jit::elf {

namespace {

constexpr std::string_view magic = "!<arch>\n";
constexpr std::size_t header_size = 60;

struct Header {
    std::string_view name;
    std::size_t size;
};

std::uint64_t read_big_endian(Cursor& at, unsigned width) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < width; ++i) value = value << 8 | at.u8();
    return value;
}

} // namespace

class ArchiveParser {
public:
    explicit ArchiveParser(Archive::State& state) : state_(state), at_(state.file) {}

    void run() {
        if (as_text(state_.file).starts_with("!<thin>\n"))
            throw BadObject(
                fmt::format("{}: a thin archive, which holds no members; make it with ar without T", state_.name));
        if (!as_text(state_.file).starts_with(magic))
            throw BadObject(fmt::format("{}: not an ar archive; give a lib*.a file", state_.name));
        at_.skip(magic.size());
        while (!at_.done()) read_member();
        if (state_.has_index) read_index();
    }

private:
    [[noreturn]] void corrupt(const std::string& what) const {
        throw BadObject(
            fmt::format("{}: {}; the archive is truncated or corrupted, install it again", state_.name, what));
    }

    void read_member() {
        const auto start = at_.at();
        const auto header = read_header();
        auto contents = at_.take(header.size);
        if (!at_.ok()) corrupt(fmt::format("the member at {} lies outside the file", start));
        if (header.size % 2 != 0 && !at_.done()) at_.skip(1); // members start at even offsets

        if (header.name == "/" || header.name == "/SYM64/") {
            index_ = contents;
            index_width_ = header.name == "/" ? 4 : 8;
            state_.has_index = true;
        } else if (header.name == "//") {
            long_names_ = as_text(contents);
        } else {
            const auto name = member_name(header.name, contents);
            member_at_.emplace(start, static_cast<std::uint32_t>(state_.members.size()));
            state_.members.push_back({name, contents});
        }
    }

    Header read_header() {
        const auto start = at_.at();
        const auto header = as_text(at_.take(header_size));
        long long size = 0;
        if (!at_.ok() || header.substr(58, 2) != "`\n" || !parse_integer(trim(header.substr(48, 10)), size) || size < 0)
            corrupt(fmt::format("there is no member header at {}", start));
        return {trim(header.substr(0, 16)), static_cast<std::size_t>(size)};
    }

    /// The name itself, or from the table of long names ("/123"), or from the
    /// head of the contents ("#1/20", BSD), which it then takes away.
    std::string_view member_name(std::string_view name, ByteView& contents) const {
        long long number = 0;
        if (name.starts_with("#1/") && parse_integer(name.substr(3), number)) {
            if (number < 0 || static_cast<std::size_t>(number) > contents.size()) corrupt("a member's name is cut off");
            const auto text = as_text(contents.first(static_cast<std::size_t>(number)));
            contents = contents.subspan(static_cast<std::size_t>(number));
            return text.substr(0, text.find('\0'));
        }
        if (name.starts_with('/') && parse_integer(name.substr(1), number)) {
            if (number < 0 || static_cast<std::size_t>(number) >= long_names_.size())
                corrupt(fmt::format("there is no long name {}", name));
            const auto rest = long_names_.substr(static_cast<std::size_t>(number));
            name = rest.substr(0, rest.find('\n'));
        }
        if (name.ends_with('/')) name.remove_suffix(1);
        return name;
    }

    void read_index() {
        Cursor at(index_);
        const auto count = read_big_endian(at, index_width_);
        if (count > at.left() / index_width_) corrupt("the symbol index is cut off");
        Cursor names(index_, index_width_ * (1 + count));
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto member = member_at_.find(read_big_endian(at, index_width_));
            const auto symbol = names.c_string();
            if (!names.ok()) corrupt("the symbol index is cut off");
            if (member == member_at_.end()) corrupt(fmt::format("the symbol index has no member for {}", symbol));
            state_.index.try_emplace(symbol, member->second);
        }
    }

    Archive::State& state_;
    Cursor at_;
    ByteView index_;
    unsigned index_width_ = 4;
    std::string_view long_names_;
    std::unordered_map<std::uint64_t, std::uint32_t> member_at_; ///< by the offset of the header
};

Archive Archive::parse(Bytes file, std::string name) {
    auto state = std::make_shared<State>();
    state->file = std::move(file);
    state->name = std::move(name);
    ArchiveParser(*state).run();
    return Archive(std::move(state));
}

const Archive::Member* Archive::find(std::string_view symbol) const {
    if (!state_->has_index && !members().empty())
        throw BadObject(fmt::format("{0}: it has no symbol index; run riscv64-unknown-elf-ranlib {0}", name()));
    const auto found = state_->index.find(symbol);
    return found == state_->index.end() ? nullptr : &members()[found->second];
}

Object Archive::object(const Member& member) const {
    return Object::parse(member.contents, fmt::format("{}({})", name(), member.name), state_);
}

} // namespace p4jit::elf
