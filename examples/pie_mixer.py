"""Mixes four loud tracks with gains; what is too loud is clipped, not wrapped."""

import pathlib

import numpy as np

from p4jit import P4JIT

source = pathlib.Path(__file__).parent / "source" / "mixer.c"
jit = P4JIT()

rate, length = 48_000, 4800  # a tenth of a second
time = np.arange(length) / rate
tones = np.array([220, 277.2, 329.6, 440])
tracks = (30_000 * np.sin(2 * np.pi * tones[:, None] * time)).astype(np.int16)
gains = np.array([0.9, 0.7, 0.7, 0.5]) * 32767
gains = gains.astype(np.int16)

mixes = {}
for name in "mix_c", "mix":
    mix = jit.load(source=source, function_name=name)
    out = np.zeros(length, dtype=np.int16)
    mix(tracks.ravel(), gains, out, np.int32(len(tracks)), np.int32(length))
    mixes[name] = out
    print(f"{name:6} {mix.last_call.cycles / length:6.2f} cycles per sample of {len(tracks)} tracks")

assert np.array_equal(mixes["mix_c"], mixes["mix"])
print(f"{np.count_nonzero(np.abs(out.astype(int)) >= 32767)} of {length} samples clipped, none wrapped")
