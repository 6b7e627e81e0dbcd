"""A convolution layer with bias and ReLU, int8, in C and in vector instructions."""

import pathlib

import numpy as np

from p4jit import P4JIT

source = pathlib.Path(__file__).parent / "source" / "convolution.c"
jit = P4JIT()

rng = np.random.default_rng(1)
height, width, inputs, outputs = 18, 18, 8, 16
image = rng.integers(-128, 128, (height, width, inputs), dtype=np.int8)
weights = rng.integers(-64, 64, (3, 3, inputs, outputs), dtype=np.int8)
bias = rng.integers(-1000, 1000, outputs, dtype=np.int32)
macs = (height - 2) * (width - 2) * 9 * inputs * outputs

results = {}
for name in "layer_c", "layer":
    layer = jit.load(source=source, function_name=name)
    out = np.zeros((height - 2, width - 2, outputs), dtype=np.int8)
    layer(image.ravel(), weights.ravel(), bias, out.ravel(), np.int32(height), np.int32(width), np.int32(9))
    results[name] = out
    print(f"{name:8} {layer.last_call.cycles:9} cycles, {layer.last_call.cycles / macs:.3f} per multiply-add")

assert np.array_equal(results["layer_c"], results["layer"])
print(f"{np.count_nonzero(out)} of {out.size} outputs are above 0, all equal")
