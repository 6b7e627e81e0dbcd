#include "stages.h"

int square(int x)
{
    return x * x;
}
