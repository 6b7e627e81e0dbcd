#include "record_text.hpp"

#include "values.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::cli {

namespace {

using Kind = ElementType::Kind;

class Reader {
public:
    explicit Reader(const std::string& word) : word_(word) {}

    void read_record(const ElementType& type, MutableBytes into) {
        expect('{');
        for (const auto& field : type.fields()) {
            if (at('}')) break;
            if (field.counts.empty())
                read_value(field.type, into.subspan(field.offset));
            else
                read_array(field, into.subspan(field.offset, field.size()));
            if (type.is_union() || !accept(',')) break;
        }
        expect('}');
    }
    void end() const {
        if (at_ != word_.size()) fail(fmt::format("'{}' is more than fits", word_.substr(at_)));
    }

private:
    void read_array(const Field& field, MutableBytes into) {
        expect('{');
        for (std::size_t at = 0; at < into.size() && !this->at('}'); at += field.type.size()) {
            read_value(field.type, into.subspan(at));
            if (!accept(',')) break;
        }
        expect('}');
    }
    void read_value(const ElementType& type, MutableBytes into) {
        if (type.kind() == Kind::record) return read_record(type, into);
        const auto number = type.kind() == Kind::address ? ScalarType::of<std::uint32_t>() : type.scalar();
        if (type.kind() != Kind::number && type.kind() != Kind::address)
            fail(fmt::format("a {} cannot be written", type.spelling()));
        const auto end = std::min(word_.find_first_of(",}", at_), word_.size());
        const auto text = trim(std::string_view(word_).substr(at_, end - at_));
        const auto value = number_as(text, number);
        if (!value) fail(fmt::format("'{}' is no number that fits {}", text, number.spelling()));
        std::ranges::copy(value->view(), into.begin());
        at_ = end;
    }
    void skip_blanks() {
        while (at_ < word_.size() && word_[at_] == ' ') ++at_;
    }
    bool at(char c) {
        skip_blanks();
        return at_ < word_.size() && word_[at_] == c;
    }
    bool accept(char c) { return at(c) && ++at_; }
    void expect(char c) {
        if (!accept(c)) fail(fmt::format("expected '{}' before '{}'", c, word_.substr(at_)));
    }
    [[noreturn]] void fail(const std::string& why) const {
        throw ArgumentValueError(
            fmt::format("'{}': {}. Write a structure as {{1,2}}, one in it as {{1,{{2,3}}}}", word_, why));
    }

    const std::string& word_;
    std::size_t at_ = 0;
};

std::string value_to_text(const ElementType& type, ByteView bytes) {
    if (type.kind() == Kind::record) return record_to_text(type, bytes);
    if (type.kind() != Kind::number && type.kind() != Kind::address) return fmt::format("{} bytes", type.size());
    const auto number = type.kind() == Kind::address ? ScalarType::of<std::uint32_t>() : type.scalar();
    Scalar scalar{number, {}};
    std::copy_n(bytes.begin(), number.size, scalar.bytes.begin());
    return scalar.to_text();
}

} // namespace

Bytes parse_record(const ElementType& type, const std::string& word) {
    Bytes bytes(type.size());
    Reader reader(word);
    reader.read_record(type, bytes);
    reader.end();
    return bytes;
}

std::string record_to_text(const ElementType& type, ByteView bytes) {
    std::vector<std::string> values;
    for (const auto& field : type.fields()) {
        std::vector<std::string> elements;
        for (std::size_t at = 0; at < field.size(); at += field.type.size())
            elements.push_back(value_to_text(field.type, bytes.subspan(field.offset + at)));
        values.push_back(field.counts.empty() ? elements.front() : '{' + join(elements, ",") + '}');
        if (type.is_union()) break;
    }
    return '{' + join(values, ",") + '}';
}

} // namespace p4jit::cli
