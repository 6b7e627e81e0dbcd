#include <stdio.h>

int hello(void)
{
    printf("Hello through the bridge\n");
    return 0;
}
