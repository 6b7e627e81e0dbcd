/* Scales x in place and returns the sum. */
float scale(float *x, int n, float gain)
{
    float sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i] *= gain;
    return sum;
}
