#include <stdint.h>

int32_t every_type(int8_t a, uint8_t b, int16_t c, uint16_t d, int32_t e, uint32_t f, float g, uint8_t *h)
{
    return a + b + c + d + e + (int32_t)f + (int32_t)g + h[0];
}
