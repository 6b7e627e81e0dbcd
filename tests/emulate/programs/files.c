// Writes, reads, seeks in and removes a file on the host. The name is the
// last argument; every check has an exit status of its own.
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    const char *name = argv[argc - 1];
    FILE *file = fopen(name, "w");
    if (!file)
        return 1;
    for (int i = 0; i < 1000; i++)
        if (fwrite(&i, sizeof i, 1, file) != 1)
            return 2;
    fclose(file);

    file = fopen(name, "r");
    int value = 0;
    if (fseek(file, 500 * sizeof value, SEEK_SET) || fread(&value, sizeof value, 1, file) != 1 || value != 500)
        return 3;
    if (fseek(file, 4, SEEK_CUR) || fread(&value, sizeof value, 1, file) != 1 || value != 502)
        return 4;
    if (fseek(file, 0, SEEK_END) || ftell(file) != 4000 || fread(&value, 1, 1, file) != 0 || !feof(file))
        return 5;
    fclose(file);

    file = fopen(name, "a");
    fputs("tail", file);
    fclose(file);
    file = fopen(name, "r");
    char tail[5] = "";
    if (fseek(file, 4000, SEEK_SET) || fread(tail, 1, 4, file) != 4 || strcmp(tail, "tail"))
        return 6;
    fclose(file);

    if (fopen("no such file", "r"))
        return 7;
    if (remove(name))
        return 8;
    return 0;
}
