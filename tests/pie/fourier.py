"""What goes into kernels/fft.c, and the order in which it comes out."""
import numpy as np


def order(n):
    """The indices below n, a power of two, with their bits reversed."""
    bits = n.bit_length() - 1
    return [int(f"{index:0{bits}b}"[::-1], 2) for index in range(n)]


def twiddles(n):
    """As kernels/fft.c wants them: each stage's, then the two of the last stages."""
    stages = [np.exp(-2j * np.pi * np.arange(size // 2) / size) for size in 2 ** np.arange(np.log2(n), 2, -1)]
    factors = np.concatenate([*stages, [1, 1, 1, -1j], [1, 1, 1, 1]])
    parts = np.stack([factors.real, factors.imag], 1).ravel()
    return np.clip(np.rint(parts * 32768), -32767, 32767).astype(np.int16)


def complex_numbers(rng, n, kind):
    """re, im in turn, of magnitude 16383 at most."""
    angle = rng.uniform(0, 2 * np.pi, n) if kind != "tone" else 2 * np.pi * (n // 3) * np.arange(n) / n
    size = rng.uniform(0, 16382, n) if kind == "random" else 16382
    values = size * np.exp(1j * angle)
    return np.fix(np.stack([values.real, values.imag], 1).ravel()).astype(np.int16)
