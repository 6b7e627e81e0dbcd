// The calling convention, by functions that return each of their arguments, and
// by random signatures: what arrives is what was passed.
#include "p4jit/jit/calling.hpp"

#include "p4jit/jit/test_device.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace p4jit;
using namespace p4jit::test;

namespace {

/// A C type, and values of it that show a lost bit or a wrong extension.
struct TypeCase {
    const char* c;
    ScalarType scalar;
    std::vector<Scalar> values;
};

template <typename T>
TypeCase type_case(const char* c, std::initializer_list<T> values) {
    TypeCase result{c, ScalarType::of<T>(), {}};
    for (const auto value : values) result.values.push_back(Scalar::of(value));
    return result;
}

const std::vector<TypeCase>& types() {
    static const std::vector<TypeCase> all = {
        type_case<std::int8_t>("signed char", {-128, 127, -1, 5}),
        type_case<std::uint8_t>("unsigned char", {255, 0, 128, 7}),
        type_case<std::uint8_t>("char", {200, 1}),
        type_case<std::int16_t>("short", {-32768, 32767, -2}),
        type_case<std::uint16_t>("unsigned short", {65535, 32768, 3}),
        type_case<std::int32_t>("int", {-2147483647 - 1, 2147483647, -3, 0x12345678}),
        type_case<std::uint32_t>("unsigned", {4294967295u, 0x80000000u, 11}),
        type_case<std::int32_t>("long", {-70000, 70000}),
        type_case<std::int64_t>("long long", {-0x0123456789ABCDEF, 0x7FFFFFFFFFFFFFFF, -1}),
        type_case<std::uint64_t>("unsigned long long", {0xFEDCBA9876543210, 1}),
        type_case<float>("float", {1.5f, -0.0f, 3.4e38f, 1e-40f}),
        type_case<double>("double", {-1.0 / 3, 1e300, 5e-324, -0.0}),
        type_case<bool>("_Bool", {true, false}),
    };
    return all;
}

const TypeCase& type_named(const std::string& c) {
    return *std::ranges::find_if(types(), [&](const TypeCase& type) { return type.c == c; });
}

std::string parameter_list(const std::vector<const TypeCase*>& parameters) {
    std::string text;
    for (std::size_t i = 0; i < parameters.size(); ++i)
        text += fmt::format("{}{} p{}", i == 0 ? "" : ", ", parameters[i]->c, i);
    return text.empty() ? "void" : text;
}

std::vector<const TypeCase*> parse(const std::string& signature) {
    std::vector<const TypeCase*> parameters;
    for (const auto letter : signature) {
        const char* c = letter == 'c'   ? "signed char"
                        : letter == 'b' ? "unsigned char"
                        : letter == 's' ? "short"
                        : letter == 'h' ? "unsigned short"
                        : letter == 'i' ? "int"
                        : letter == 'l' ? "long long"
                        : letter == 'f' ? "float"
                        : letter == 'd' ? "double"
                                        : "_Bool";
        parameters.push_back(&type_named(c));
    }
    return parameters;
}

std::vector<Argument> as_arguments(const std::vector<Scalar>& values) {
    return std::vector<Argument>(values.begin(), values.end());
}

} // namespace

TEST_CASE("every argument arrives, in registers, pairs, halves of pairs, and on the stack") {
    const std::string signatures[] = {"i",
                                      "c",
                                      "b",
                                      "s",
                                      "h",
                                      "t",
                                      "l",
                                      "f",
                                      "d",
                                      "il",
                                      "ili",
                                      "iiil",
                                      "lll",
                                      "llll",
                                      "lllli",
                                      "iiiiiii"
                                      "l", // the pair's low half in a7, its high half on the stack
                                      "iiiiiii"
                                      "d"
                                      "i", // and what follows
                                      "iiiiiiii"
                                      "l", // all on the stack
                                      "iiiiiiii"
                                      "i"
                                      "l", // aligned to eight bytes there
                                      "iiiiiiii"
                                      "c"
                                      "s"
                                      "t"
                                      "h"
                                      "b"
                                      "l"
                                      "c",
                                      "ffffffff"
                                      "f", // the ninth float goes where integers go
                                      "ffffffff"
                                      "f"
                                      "i"
                                      "f"
                                      "l",
                                      "fifififififififififif", // both kinds, none of the other's registers taken
                                      "ffffffff"
                                      "iiiiiiii"
                                      "f"
                                      "d"
                                      "f"
                                      "c",
                                      "dfdfdfdfdf",
                                      "dddddddddd",
                                      "ididididid",
                                      "cccccccccccc",
                                      "ssssssssss",
                                      "tttttttttttt",
                                      "lililililililililil",
                                      "iiiiiiiiiiiiiiiiiiiiiiiiiiiiii"};
    std::string source;
    for (std::size_t s = 0; s < std::size(signatures); ++s) {
        const auto parameters = parse(signatures[s]);
        for (std::size_t i = 0; i < parameters.size(); ++i)
            source +=
                fmt::format("{} f{}_{}({}) {{ return p{}; }}\n", parameters[i]->c, s, i, parameter_list(parameters), i);
    }
    std::size_t calls = 0;
    for (const char* level : {"O0", "O2"}) {
        const auto module = load(source, optimized(level));
        for (std::size_t s = 0; s < std::size(signatures); ++s) {
            const auto parameters = parse(signatures[s]);
            for (std::size_t i = 0; i < parameters.size(); ++i)
                for (std::size_t round = 0; round < 3; ++round, ++calls) {
                    std::vector<Scalar> values;
                    for (std::size_t p = 0; p < parameters.size(); ++p)
                        values.push_back(parameters[p]->values[(p + round) % parameters[p]->values.size()]);
                    auto function = module.function(fmt::format("f{}_{}", s, i));
                    const auto result = std::get<Scalar>(function(as_arguments(values)));
                    INFO(function.signature().spelling() << " at " << level);
                    CHECK(result.type == values[i].type);
                    CHECK(result.bytes == values[i].bytes);
                }
        }
    }
    CHECK(calls > 900);
}

namespace {

/// A function of random parameters that returns a checksum of them all, each
/// widened to 64 bits as C does, as a random type.
struct RandomFunction {
    std::vector<const TypeCase*> parameters;
    const TypeCase* result;
    std::string name;

    RandomFunction(unsigned seed, std::mt19937& random) : name(fmt::format("random{}", seed)) {
        const auto count = random() % 22;
        for (unsigned i = 0; i < count; ++i) parameters.push_back(&types()[random() % types().size()]);
        result = &types()[random() % types().size()];
    }

    std::string source() const {
        auto text = fmt::format("{} {}({}) {{\n  uint64_t h = 1;\n", result->c, name, parameter_list(parameters));
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const auto& scalar = parameters[i]->scalar;
            text +=
                scalar.kind == ScalarKind::floating
                    ? fmt::format("  h = mix(h, {}(p{}));\n", scalar.size == 4 ? "bits_of_float" : "bits_of_double", i)
                    : fmt::format("  h = mix(h, (uint64_t)(int64_t)p{});\n", i);
        }
        if (result->scalar == ScalarType::of<float>()) return text + "  return to_float(h);\n}\n";
        if (result->scalar == ScalarType::of<double>()) return text + "  return to_double(h);\n}\n";
        if (result->scalar == ScalarType::of<bool>()) return text + "  return h & 1;\n}\n";
        return text + fmt::format("  return ({})h;\n}}\n", result->c);
    }

    static std::uint64_t widened(const Scalar& value) {
        auto raw = load_le<std::uint64_t>(value.bytes.data());
        if (value.type.kind != ScalarKind::signed_integer) return raw;
        const unsigned unused = 64 - 8 * value.type.size;
        return static_cast<std::uint64_t>(static_cast<std::int64_t>(raw << unused) >> unused);
    }

    Scalar expected(const std::vector<Scalar>& values) const {
        std::uint64_t h = 1;
        for (const auto& value : values) h = (h ^ widened(value)) * 0x9E37'79B9'7F4A'7C15 + (h >> 29);
        if (result->scalar == ScalarType::of<bool>()) h &= 1;
        Scalar scalar{result->scalar, {}};
        std::memcpy(scalar.bytes.data(), &h, scalar.type.size);
        return scalar;
    }

    std::vector<Scalar> random_values(std::mt19937& random) const {
        std::vector<Scalar> values;
        for (const auto* type : parameters) {
            Scalar value{type->scalar, {}};
            const auto raw = std::uint64_t{random()} << 32 | random();
            std::memcpy(value.bytes.data(), &raw, type->scalar.size);
            if (type->scalar.kind == ScalarKind::boolean) value.bytes[0] &= 1;
            values.push_back(random() % 2 == 0 ? type->values[random() % type->values.size()] : value);
        }
        return values;
    }
};

const char* const prelude = R"(
#include <stdint.h>
static uint64_t mix(uint64_t h, uint64_t v) { return (h ^ v) * 0x9E3779B97F4A7C15ull + (h >> 29); }
static uint64_t bits_of_float(float x) { uint32_t r; __builtin_memcpy(&r, &x, 4); return r; }
static uint64_t bits_of_double(double x) { uint64_t r; __builtin_memcpy(&r, &x, 8); return r; }
static float to_float(uint64_t h) { uint32_t low = (uint32_t)h; float x; __builtin_memcpy(&x, &low, 4); return x; }
static double to_double(uint64_t h) { double x; __builtin_memcpy(&x, &h, 8); return x; }
)";

} // namespace

TEST_CASE("functions of three hundred random signatures get and return every bit") {
    std::mt19937 random(20'26);
    std::vector<RandomFunction> functions;
    std::string source = prelude;
    for (unsigned seed = 0; seed < 300; ++seed) {
        functions.emplace_back(seed, random);
        source += functions.back().source();
    }
    std::size_t deep = 0;
    for (const char* level : {"O0", "O3"}) {
        const auto module = load(source, optimized(level));
        for (const auto& wanted : functions) {
            auto function = module.function(wanted.name);
            for (int round = 0; round < 2; ++round) {
                const auto values = wanted.random_values(random);
                const auto result = std::get<Scalar>(function(as_arguments(values)));
                const auto expected = wanted.expected(values);
                INFO(function.signature().spelling() << " at " << level);
                CHECK(result.type == expected.type);
                CHECK(result.bytes == expected.bytes);
                deep += values.size() > 8;
            }
        }
    }
    CHECK(deep > 400);
}

TEST_CASE("a call leaves the registers and the stack of its caller as they were") {
    // The second function's result depends on nothing that the first may leave.
    const auto module = load(R"(
        static int depth(int n) { volatile int room[50]; room[n % 50] = n; return n == 0 ? 0 : 1 + depth(n - 1) + (room[n % 50] - n); }
        int deep(int n, float a, double b, int c, int d, int e, int f, int g, int h, int i) { return depth(n) + (int)a + (int)b + c + d + e + f + g + h + i; }
    )");
    auto deep = module.function("deep");
    for (int i = 0; i < 200; ++i) CHECK(deep.call<int>(i % 20, 1.0f, 2.0, 3, 4, 5, 6, 7, 8, 9) == i % 20 + 45);
}

TEST_CASE("the original's block holds whatever fits it, and grows for what does not") {
    const auto module = load("int small(char a, float b, short *c) { return a + (int)b + c[0]; }\n"
                             "double large(int a, double b) { return a + b; }\n");
    const auto plan_of = [&](const char* name) { return jit::plan_call(module.function(name).signature()); };
    const auto small = plan_of("small");
    CHECK(small.result_offset == 124);
    CHECK(small.parameters[0].slot == 0);
    CHECK(small.parameters[1].slot == 4);
    CHECK(small.parameters[2].slot == 8);
    CHECK(small.block_size == 136);
    const auto large = plan_of("large");
    CHECK(large.result_offset == 128);
    CHECK(large.parameters[1].slot == 8);
}

TEST_CASE("what cannot be called says why, and what to write instead") {
    const auto module = load(R"(
        struct pair { int a, b; };
        int sums(int n, ...) { return n; }
        int old() { return 1; }
        long double wide(long double x) { return x; }
        int fine(struct pair *p) { return p->a; }
    )");
    const auto why = [&](const char* name) { return message_of<SignatureError>([&] { module.function(name); }); };
    CHECK(contains(why("sums"), "it is variadic; wrap it in a function with a fixed list of parameters"));
    CHECK(contains(why("old"), "it is declared without a parameter list; write (void) for none"));
    CHECK(contains(why("wide"), "parameter 1 'x' is long double by value"));
    CHECK(module.functions() == std::vector<std::string>{"fine"});

    std::string many = "int many(int p0";
    for (int i = 1; i < 600; ++i) many += fmt::format(", int p{}", i);
    const auto crowd = load(many + ") { return p599; }\n");
    CHECK(contains(message_of<SignatureError>([&] { crowd.function("many"); }), "it has too many parameters"));
}

TEST_CASE("as many parameters as a thunk can pass arrive") {
    std::string source = "int last(int p0";
    constexpr int count = 450;
    for (int i = 1; i < count; ++i) source += fmt::format(", int p{}", i);
    const auto module = load(source + fmt::format(") {{ return p{} + p8; }}\n", count - 1));
    std::vector<Argument> arguments;
    for (int i = 0; i < count; ++i) arguments.emplace_back(i * 3);
    CHECK(std::get<Scalar>(module.function("last")(arguments)).as<int>() == (count - 1) * 3 + 24);
}
