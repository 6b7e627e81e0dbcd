#include "stages.h"

int pipeline(int *values, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += offset(square(values[i]));
    return sum;
}
