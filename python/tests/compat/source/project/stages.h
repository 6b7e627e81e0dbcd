int square(int x);
int offset(int x);
