"""One machine state as the runner reads and writes it, and the types of lanes.

Read this first, then operands.py (what an instruction is written with), model.py (how one runs) and
the model_*.py files (what each family does). docs/pie-choices.md says what was decided where no
evidence exists.
"""
from dataclasses import dataclass

import numpy as np

WINDOW = 0x4FF80000  # where the memory of a state lies
WINDOW_SIZE = 1024

# Packed, little endian. Byte 0 of a register holds its bits 7:0; xacc uses its low 40 bits.
STATE = np.dtype([
    ("x", "<u4", 32),
    ("q", "u1", (8, 16)),
    ("qacc", "u1", 64),
    ("xacc", "<u8"),
    ("ua_state", "u1", 16),
    ("sar", "<u4"),
    ("sar_byte", "<u4"),
    ("fft_bit_width", "<u4"),
    ("cfg", "<u4"),
    ("memory", "u1", WINDOW_SIZE),
])
CASE = np.dtype([("word", "<u4"), ("state", STATE)])
RESULT = np.dtype([("trap", "<u4"), ("state", STATE)])  # trap: 0 none, else mcause + 1

LOAD_FAULT = 5 + 1
STORE_FAULT = 7 + 1

# CFG: vxsat_en[8] vxrm[7:4] rm_exc[3] vxsat[2] mis_ld[1] mis_st[0]
VXSAT_EN = 1 << 8
VXRM_SHIFT = 4
RM_EXC = 1 << 3
VXSAT = 1 << 2
MIS_LD = 1 << 1
MIS_ST = 1 << 0
CFG_WRITABLE = VXSAT_EN | 0xF << VXRM_SHIFT | MIS_LD | MIS_ST

XACC_BITS = 40
XACC_MASK = (1 << XACC_BITS) - 1


@dataclass(frozen=True)
class Lane:
    """The type of a lane: s8, u16, ..."""

    bits: int
    signed: bool

    @property
    def low(self):
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def high(self):
        return (1 << (self.bits - self.signed)) - 1

    @property
    def dtype(self):
        return np.dtype(f"<{'i' if self.signed else 'u'}{self.bits // 8}")

    @property
    def count(self):
        """How many fit into a q register."""
        return 128 // self.bits

    @property
    def accumulator(self):
        """What QACC holds for lanes of this type: 16 of 32 bits or 8 of 64 bits."""
        return Lane(512 // self.count, self.signed)

    @property
    def twice(self):
        return Lane(2 * self.bits, self.signed)


LANES = {f"{sign}{bits}": Lane(bits, sign == "s") for sign in "su" for bits in (8, 16, 32)}
S8, S16, S32 = LANES["s8"], LANES["s16"], LANES["s32"]
U8, U16, U32 = LANES["u8"], LANES["u16"], LANES["u32"]
