// Prints the words of the command line behind the first, which picolibc makes
// up: the program's own name is the second.
#include <stdio.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        printf("[%s]\n", argv[i]);
    return argc - 2;
}
