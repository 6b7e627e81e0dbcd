// Values of C++ types of the caller: structures, texts, functions.
#include "p4jit/jit/test_device.hpp"

#include <doctest/doctest.h>

#include <array>
#include <complex>
#include <cstddef>

using namespace p4jit;
using namespace p4jit::test;

namespace {

struct Point {
    float x, y;
};
struct Swapped {
    float y, x;
};
struct Named {
    float x, y;
};
struct Wide {
    double x, y;
};

const std::string points =
    "typedef struct { float x, y; } Point;\n"
    "Point middle(Point a, Point b) { return (Point){(a.x + b.x) / 2, (a.y + b.y) / 2}; }\n"
    "float sum(const Point *p, int n) { float s = 0; while (n--) s += p[n].x + p[n].y; return s; }\n"
    "void mirror(Point *p) { p->x = -p->x; }\n";

} // namespace

template <>
struct p4jit::CxxFields<Named> {
    static std::vector<Field> list() { return {field("x", &Named::x), field("y", &Named::y)}; }
};
template <>
struct p4jit::CxxFields<Swapped> {
    static std::vector<Field> list() { return {field("x", &Swapped::x), field("y", &Swapped::y)}; }
};

TEST_CASE("structures of the caller go by value and come back") {
    auto middle = board().load<Point(Point, Point)>(Source::code(points), "middle");
    const Point p = middle({1, 2}, {3, 5});
    CHECK(p.x == 2);
    CHECK(p.y == 3.5f);
    CHECK(load(points).function("middle").call<Named>(Named{0, 4}, Named{2, 0}).y == 2);
}

TEST_CASE("structures of another layout are refused when the function is loaded") {
    CHECK(contains(message_of<SignatureError>([] { board().load<Wide(Wide, Wide)>(Source::code(points), "middle"); }),
                   "middle"));
    CHECK_NOTHROW(board().load<Named(Named, Named)>(Source::code(points), "middle"));
    const auto swapped =
        message_of<SignatureError>([] { board().load<Swapped(Swapped, Swapped)>(Source::code(points), "middle"); });
    CHECK(contains(swapped, "field 'x' is at offset 0, the C++ type has it at 4"));
    CHECK_THROWS_AS(load(points).function("middle").call<float>(Named{}, Named{}), ArgumentTypeError);
}

TEST_CASE("spans of structures go in and come out") {
    const auto module = load(points);
    std::vector<Point> list{{1, 2}, {3, 4}};
    CHECK(module.function("sum").call<float>(std::span<const Point>(list), 2) == 10);
    module.function("mirror").call(std::span(list).subspan(1));
    CHECK(list[1].x == -3);
    CHECK(list[0].x == 1);
    auto buffer = board().buffer<Point>(std::span<const Point>(list));
    CHECK(module.function("sum").call<float>(buffer, 2) == 4);
}

TEST_CASE("texts go where characters are only read") {
    const auto module = load("int length(const char *s) { int n = 0; while (s[n]) n++; return n; }\n"
                             "void fill(char *s) { s[0] = 1; }\n");
    auto length = module.function("length");
    CHECK(length.call<int>("hello") == 5);
    CHECK(length.call<int>(std::string("four")) == 4);
    CHECK(length.call<int>("") == 0);
    CHECK_THROWS_AS(module.function("fill").call("text"), ArgumentTypeError);
}

TEST_CASE("a function is an argument, and complex numbers are values") {
    const auto module = load("#include <complex.h>\n"
                             "int twice(int x) { return 2 * x; }\n"
                             "int apply(int (*f)(int), int x) { return f(x) + 1; }\n"
                             "float _Complex turn(float _Complex z) { return z * I; }\n");
    CHECK(module.function("apply").call<int>(module.function("twice"), 20) == 41);
    const auto turned = module.function("turn").call<std::complex<float>>(std::complex<float>(1, 2));
    CHECK(turned == std::complex<float>(-2, 1));
}

TEST_CASE("a type that would lose what the function writes is refused when it is loaded") {
    const auto source = Source::code("void fill(float *x, int n) { while (n--) x[n] = 7; }\n"
                                     "float first(const float *x) { return x[0]; }\n");
    const auto refused = [](auto load) { return message_of<SignatureError>(load); };
    CHECK(contains(refused([&] { board().load<void(std::vector<float>, int)>(source, "fill"); }), "would be lost"));
    CHECK(contains(refused([&] { board().load<void(std::array<float, 2>, int)>(source, "fill"); }), "would be lost"));
    CHECK(contains(refused([&] { board().load<void(const std::vector<float>&, int)>(source, "fill"); }),
                   "a pointer that the function may write to, not one to const"));
    std::vector<float> x(2);
    board().load<void(std::vector<float>&, int)>(source, "fill")(x, 2);
    CHECK(x == std::vector<float>{7, 7});
    CHECK(board().load<float(std::vector<float>)>(source, "first")(x) == 7);
    CHECK(board().load<float(const std::vector<float>&)>(source, "first")(x) == 7);
}
