// Constructors with and without priority, virtual tables, templates and inline
// functions in COMDAT groups.
extern "C" int firmware_function(int);

namespace {
struct Counter {
    explicit Counter(int start) : value(start + firmware_function(start)) {}
    int value;
};
Counter plain(1);
__attribute__((init_priority(2000))) Counter later(2);
__attribute__((init_priority(1000))) Counter sooner(3);
} // namespace

__attribute__((constructor)) static void starts() { plain.value++; }
__attribute__((constructor(300))) static void starts_first() { plain.value = 7; }

struct Shape {
    virtual int area() const = 0;
    virtual int corners() const { return 4; }
};
struct Square : Shape {
    int side = 3;
    int area() const override { return side * side; }
};
struct Round final : Square {
    int area() const override { return 3 * side; }
    int corners() const override { return 0; }
};

template <typename T>
__attribute__((noinline)) T twice(T value) {
    static T last{};
    last += value;
    return value + value + last;
}
inline int shared_state() {
    static int count = 40;
    return ++count;
}
Square square;
Round rounded;
Shape* shapes[] = {&square, &rounded};

extern "C" int use(unsigned which) {
    return shapes[which % 2]->area() + shapes[which & 1]->corners() + twice(3) + static_cast<int>(twice(2.5f)) +
           shared_state() + later.value + sooner.value;
}
