// C++: namespaces, classes, templates, references, overloads, lambdas.
namespace geo {
struct Point {
    float x, y;
    Point();
    explicit Point(float both);
    float dot(const Point &other) const;
    static int count;
    static Point origin();

private:
    unsigned a : 3, b : 7;
};
Point::Point() : x(0), y(0), a(1), b(2) {}
Point::Point(float both) : x(both), y(both), a(1), b(2) {}
float Point::dot(const Point &other) const { return x * other.x + y * other.y; }
int Point::count = 3;
Point Point::origin() { return Point(); }

class Shape {
public:
    virtual ~Shape();
    virtual float area() const;
    Shape(const Shape &);
    Shape();

protected:
    int id;
};
Shape::~Shape() {}
Shape::Shape() : id(1) {}
Shape::Shape(const Shape &other) : id(other.id + 1) {}
float Shape::area() const { return 0; }
struct Square final : Shape {
    float side;
    float area() const override;
    struct Corner {
        int n;
    } corners[4];
    enum class Kind : unsigned char { plain, rounded } kind;
};
float Square::area() const { return side * side; }

inline namespace v1 {
int version = 1;
}
namespace {
__attribute__((noinline)) int anonymous(Point &&p, const Point &q) { return (int)(p.x + q.y); }
} // namespace
int use(Point &&p, decltype(nullptr), int Square::*member, float (Point::*method)(const Point &) const) {
    return anonymous((Point &&) p, p) + (member != nullptr) + (method != nullptr);
}
Square::Kind kind_of(const Square &s, Square::Corner c) { return c.n ? s.kind : Square::Kind::plain; }
int overloaded(int a) { return a; }
int overloaded(float a) { return (int)a; }
} // namespace geo

template <class T, int N>
struct Array {
    T data[N];
    T sum() const;
};
template <class T, int N>
T Array<T, N>::sum() const {
    T s{};
    for (auto v : data) s += v;
    return s;
}
template struct Array<int, 4>;
template <class T>
T add(T a, T b) {
    return a + b;
}
template int add<int>(int, int);
template float add<float>(float, float);
template <class... Ts>
int count(Ts... values) {
    return (0 + ... + (int)values);
}
template int count<int, float>(int, float);

extern "C" int c_function(geo::Point *p, bool flag, char16_t wide) { return flag ? (int)p->x : wide; }
extern "C" float sum_all(const Array<float, 3> &a, Array<int, 4> b) { return a.data[0] + (float)b.data[1]; }
using Handler = int (*)(float);
Handler handler;
auto lambda = [](int x) { return x + 1; };
int call_lambda(int x) { return lambda(x); }
struct NonTrivial {
    NonTrivial(const NonTrivial &);
    int a;
};
int by_reference(NonTrivial x, geo::Point y) { return x.a + (int)y.x; }
struct Trivial {
    int a;
    ~Trivial() = default;
};
int by_value(Trivial x) { return x.a; }
struct Derived : Trivial {
    NonTrivial inside;
};
int inherits(Derived d) { return d.a; }
constexpr int constant = 5;
const int *address() { return &constant; }
static int static_function(int a) { return a * 3; }
int (*keep)(int) = static_function;
