#include <cstdint>

template <int n>
static std::int32_t times(std::int32_t x)
{
    return n * x;
}

extern "C" std::int32_t triple(std::int32_t x)
{
    return times<3>(x);
}
