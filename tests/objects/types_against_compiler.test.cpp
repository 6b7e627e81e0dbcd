// The compiler as judge: random declarations must come back from debug
// information as they were written, what we spell must be accepted as a
// redeclaration, and random records must have the sizes, offsets and bits that
// the compiler gave them.
#include "p4jit/dwarf/signature.hpp"
#include "tests/objects/corpus.hpp"

#include <doctest/doctest.h>
#include <random>

using namespace p4jit;

namespace {

constexpr unsigned seed = 20240607;

const std::string prelude = R"(
#include <stddef.h>
#include <stdint.h>
struct Point { float x, y; };
union Word { uint32_t whole; uint8_t bytes[4]; };
enum Color { RED, GREEN };
typedef struct Point point_t;
typedef float real;
typedef int (*callback_t)(float);
)";

class Generator {
public:
    explicit Generator(unsigned start) : random_(start) {}

    unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

    template <std::size_t N>
    std::string one_of(const char* const (&all)[N]) {
        return all[below(N)];
    }

    std::string name() {
        static const char* const names[] = {
            "bool",       "char",         "signed char",   "unsigned char", "short",         "unsigned short",
            "int",        "long",         "long long",     "unsigned int",  "unsigned long", "unsigned long long",
            "float",      "double",       "int8_t",        "uint16_t",      "int32_t",       "uint64_t",
            "size_t",     "struct Point", "union Word",    "enum Color",    "point_t",       "real",
            "callback_t", "long double",  "_Complex float"};
        return one_of(names);
    }

    /// A random declaration, as we would spell it.
    std::string declaration(const std::string& declarator, unsigned depth, bool may_be_function) {
        switch (depth == 0 ? 0 : below(may_be_function ? 8 : 7)) {
        case 1:
        case 2: return pointer_to("*" + declarator, depth - 1);
        case 3: return pointer_to("*const" + gap(declarator), depth - 1);
        case 4: return "const " + name() + gap(declarator);
        case 5: return "volatile " + name() + gap(declarator);
        case 6: return pointer_to("*volatile" + gap(declarator), depth - 1);
        default: return name() + gap(declarator);
        }
    }

    std::string parameters(unsigned depth) {
        std::string text;
        const auto count = below(5);
        for (unsigned i = 0; i < count; ++i) text += (i ? ", " : "") + declaration(fmt::format("p{}", i), depth, false);
        if (count == 0) return "void";
        return below(6) == 0 ? text + ", ..." : text;
    }

private:
    static std::string gap(const std::string& declarator) { return declarator.empty() ? "" : " " + declarator; }

    /// What a pointer may point to beyond what a parameter may be.
    std::string pointer_to(const std::string& declarator, unsigned depth) {
        switch (depth == 0 ? 9 : below(8)) {
        case 0: return declaration(fmt::format("({})[{}]", declarator, 1 + below(9)), depth - 1, false);
        case 1:
            return declaration(fmt::format("({})[{}][{}]", declarator, 1 + below(9), 1 + below(9)), depth - 1, false);
        case 2: return result(fmt::format("({})({})", declarator, unnamed_parameters(depth - 1)), depth - 1);
        case 3: return "void " + declarator;
        case 4: return "const void " + declarator;
        default: return declaration(declarator, depth, false);
        }
    }

    std::string unnamed_parameters(unsigned depth) {
        const auto count = below(4);
        if (count == 0) return "void";
        std::string text;
        for (unsigned i = 0; i < count; ++i) text += (i ? ", " : "") + declaration("", depth, false);
        return text;
    }

    /// A function's result: nothing qualified, as compilers drop that.
    std::string result(const std::string& declarator, unsigned depth) {
        switch (depth == 0 ? 0 : below(4)) {
        case 1: return "void " + declarator;
        case 2: return pointer_to("*" + declarator, depth - 1);
        default: return name() + " " + declarator;
        }
    }

public:
    std::string function(const std::string& function_name) {
        return result(fmt::format("{}({})", function_name, parameters(3)), 2);
    }

private:
    std::mt19937 random_;
};

dwarf::Interface read(const Bytes& file) { return dwarf::read_interface(elf::Object::parse(file, "random.o")); }

} // namespace

TEST_CASE("random functions come back from debug information as they were declared") {
    MESSAGE("seed ", seed);
    Generator random(seed);
    std::vector<std::string> expected;
    std::string source = prelude + "#define bool _Bool\n";
    for (int i = 0; i < 400; ++i) {
        expected.push_back(random.function(fmt::format("f{}", i)));
        source += expected.back() + " { __builtin_trap(); }\n";
    }
    for (const auto& command : {test::gcc + " -O0 -g -w", test::gcc + " -O2 -gdwarf-4 -w -fno-ipa-icf",
                                test::gcc + " -O2 -gdwarf-2 -w -flto -fno-ipa-icf", test::clang + " -O0 -g -w",
                                test::clang + " -O1 -gdwarf-4 -w"}) {
        CAPTURE(command);
        const auto interface = read(test::compile(command, source));
        CHECK(interface.functions.size() == expected.size());
        for (int i = 0; i < 400; ++i) {
            const auto* function = interface.function(fmt::format("f{}", i));
            REQUIRE(function != nullptr);
            CHECK(function->spelling() == expected[static_cast<std::size_t>(i)]);
        }
    }
}

TEST_CASE("what we spell the compiler accepts as a redeclaration") {
    std::size_t declarations = 0;
    const auto source = read_text(std::string(P4JIT_CORPUS) + "/types.c");
    for (const auto& command : {test::gcc + " -g -w", test::clang + " -g -w"}) {
        const auto interface = read(test::compile(command, source, "types.c"));
        auto again = source;
        for (const auto& function : interface.functions) {
            again += function.spelling() + ";\n";
            ++declarations;
        }
        for (const auto& variable : interface.variables) {
            if (!variable.is_external) continue;
            again += "extern " + variable.type.declaration(variable.name) + ";\n";
            ++declarations;
        }
        CHECK_NOTHROW(test::compile(command, again, "types.c"));
    }
    CHECK(declarations > 80);
    MESSAGE(declarations, " declarations accepted");
}

namespace {

struct Field {
    std::string name, text;
    bool is_bits;
};

struct Record {
    std::string name;
    std::vector<Field> fields;
    bool is_packed;    ///< as its attribute says
    bool holds_packed; ///< it, or a record in it: debug information does not tell that
    std::string text;
};

/// One more record, which may have those before it as fields.
Record random_record(Generator& random, const std::vector<Record>& before) {
    static const char* const types[] = {"char",         "short",      "int",       "long long", "float",
                                        "double",       "_Bool",      "char *",    "int8_t",    "uint64_t",
                                        "struct Point", "union Word", "enum Color"};
    static const char* const bit_types[] = {"unsigned", "int", "uint8_t", "short", "unsigned long long", "_Bool"};
    const auto number = static_cast<unsigned>(before.size());
    const bool is_packed = random.below(4) == 0;
    Record record{fmt::format("R{}", number), {}, is_packed, is_packed, ""};
    const bool is_union = random.below(5) == 0;
    const auto count = 1 + random.below(7);
    for (unsigned i = 0; i < count; ++i) {
        Field field{fmt::format("f{}", i), "", random.below(3) == 0};
        if (field.is_bits) {
            const auto type = random.one_of(bit_types);
            const auto widest = type == "_Bool"     ? 1u
                                : type == "uint8_t" ? 8u
                                : type == "short"   ? 16u
                                : type.size() > 8   ? 64u
                                                    : 32u;
            field.text = fmt::format("{} {} : {};", type, field.name, 1 + random.below(widest));
        } else if (number > 0 && random.below(5) == 0) {
            const auto& of = before[random.below(number)];
            record.holds_packed |= of.holds_packed;
            field.text = fmt::format("struct {} {}[{}];", of.name, field.name, 1 + random.below(3));
        } else {
            field.text = fmt::format("{} {}{};", random.one_of(types), field.name,
                                     random.below(4) == 0 ? fmt::format("[{}]", 1 + random.below(5)) : "");
        }
        if (!field.is_bits && random.below(8) == 0)
            field.text.insert(field.text.size() - 1,
                              fmt::format(" __attribute__((aligned({})))", 1u << (3 + random.below(3))));
        record.fields.push_back(field);
    }
    // Unions are wrapped, so that all records are structures by name.
    for (const auto& field : record.fields) record.text += " " + field.text;
    if (is_union) {
        record.text = " union {" + record.text + " };";
    }
    record.text = fmt::format("struct {}{} {{{} }};\n", record.is_packed ? "__attribute__((packed)) " : "", record.name,
                              record.text);
    return record;
}

/// The fields of a record by name, those of anonymous members among them.
void collect(const dwarf::Type& type, std::uint64_t offset, std::map<std::string, dwarf::Member>& found) {
    for (auto& member : type.resolved().members()) {
        member.offset += offset;
        member.bit_offset += static_cast<std::uint32_t>(8 * offset);
        if (member.name.empty())
            collect(member.type, member.offset, found);
        else
            found.emplace(member.name, member);
    }
}

/// Where in the initialised variable bits are set: the first and how many.
std::pair<std::uint32_t, std::uint32_t> set_bits(const elf::Object& object, const std::string& name) {
    const auto* symbol = object.symbol(name);
    REQUIRE(symbol != nullptr);
    const auto bytes = object.sections()[symbol->section].contents.subspan(symbol->value, symbol->size);
    std::uint32_t first = 0, count = 0;
    for (std::uint32_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        if (!(bytes[bit / 8] >> bit % 8 & 1)) continue;
        if (count++ == 0) first = bit;
    }
    return {first, count};
}

void check_record(const elf::Object& object, const dwarf::Interface& interface, const Record& record,
                  bool tells_alignment) {
    CAPTURE(record.text);
    const auto* variable = interface.variable("v" + record.name);
    REQUIRE(variable != nullptr);
    const auto type = variable->type.resolved();
    const auto* facts = object.symbol("facts" + record.name);
    REQUIRE(facts != nullptr);
    Cursor fact(object.sections()[facts->section].contents, facts->value);
    CHECK(type.size() == fact.u32());
    const auto alignment = fact.u32();
    if (tells_alignment && record.holds_packed) CHECK(type.alignment() >= alignment);
    if (tells_alignment && !record.holds_packed) CHECK(type.alignment() == alignment);

    std::map<std::string, dwarf::Member> members;
    collect(type, 0, members);
    CHECK(members.size() == record.fields.size());
    for (const auto& field : record.fields) {
        CAPTURE(field.text);
        const auto& member = members[field.name];
        CHECK((member.bit_size != 0) == field.is_bits);
        if (field.is_bits) {
            const auto [first, count] = set_bits(object, fmt::format("bits{}{}", record.name, field.name));
            CHECK(member.bit_offset == first);
            CHECK(member.bit_size == count);
        } else {
            CHECK(member.offset == fact.u32());
            CHECK(member.type.size() == fact.u32());
        }
    }
}

} // namespace

TEST_CASE("random records have the sizes, alignments, offsets and bits that the compiler gave them") {
    MESSAGE("seed ", seed);
    Generator random(seed);
    std::vector<Record> records;
    auto source = prelude;
    for (unsigned i = 0; i < 300; ++i) {
        records.push_back(random_record(random, records));
        const auto& record = records.back();
        source += record.text + fmt::format("struct {0} v{0};\n", record.name);
        std::string facts = fmt::format("sizeof(struct {0}), _Alignof(struct {0})", record.name);
        for (const auto& field : record.fields) {
            if (field.is_bits)
                source += fmt::format("struct {0} bits{0}{1} = {{ .{1} = -1 }};\n", record.name, field.name);
            else
                facts +=
                    fmt::format(", offsetof(struct {0}, {1}), sizeof(((struct {0} *)0)->{1})", record.name, field.name);
        }
        source += fmt::format("const unsigned facts{}[] = {{ {} }};\n", record.name, facts);
    }
    for (const auto& command :
         {test::gcc + " -g -w -Wno-packed-bitfield-compat", test::gcc + " -gdwarf-4 -w -Wno-packed-bitfield-compat",
          test::gcc + " -gdwarf-3 -gstrict-dwarf -w -Wno-packed-bitfield-compat",
          test::gcc + " -gdwarf-2 -gstrict-dwarf -w -Wno-packed-bitfield-compat", test::clang + " -g -w",
          test::clang + " -gdwarf-4 -w", test::clang + " -gdwarf-2 -gstrict-dwarf -w"}) {
        CAPTURE(command);
        const auto object = elf::Object::parse(test::compile(command, source), "random.o");
        const auto interface = dwarf::read_interface(object);
        // DWARF has DW_AT_alignment since version 5; before, compilers add it
        // unless they are told to be strict.
        const bool tells_alignment = command.find("strict") == std::string::npos;
        for (const auto& record : records) check_record(object, interface, record, tells_alignment);
    }
}
