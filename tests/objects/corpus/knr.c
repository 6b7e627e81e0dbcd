/* C as it was before prototypes. */
int old(a, b, c)
    int a;
    float b;
    char *c;
{
    return a + (int)b + *c;
}
int unknown() { return 3; }
