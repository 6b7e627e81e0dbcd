#include "stages.h"

int offset(int x)
{
    return x + 7;
}
