int scaled_sum(int *values, int count, float scale)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += values[i];
    return (int)(sum * scale);
}

float mean(int a, int b)
{
    return (a + b) / 2.0f;
}
