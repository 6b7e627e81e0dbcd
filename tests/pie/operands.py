"""What every instruction is written with: its operands in the order of the assembly text, and their ranges.

A row is (mnemonic with {t} for the lane type, types, operands, memory access). The name of an operand
is its kind: q? a vector register, r? one of the sixteen general registers PIE can name, x? any general
register, off? a byte offset, sel?/upd4 a small number, sat and rm the optional operands of 2.2.
"""
from dataclasses import dataclass
from typing import Optional, Sequence

REVISIONS = ("2.1", "2.2")

PIE_GPRS = tuple(range(8, 16)) + tuple(range(24, 32))
RANGES = {
    "off1616": range(-128, 113, 16),
    "off25616": range(-2048, 2033, 16),
    "off2568": range(-1024, 1017, 8),
    "off2564.8": range(-128, 128),
    "off2564.16": range(-256, 255, 2),
    "off2564.32": range(-512, 509, 4),
    "sel2": range(2), "sel4": range(4), "sel8": range(8), "sel16": range(16), "upd4": range(4),
    "sat": range(2), "rm": range(8),
}
SAT_NAMES = ("trunc", "sat")
RM_NAMES = ("rdn", "rup", "raz", "rtz", "rhaz", "rhtz", "rne", "dyn")


@dataclass(frozen=True)
class Operand:
    name: str
    kind: str  # "q", "gpr", "imm", "sat", "rm"
    range: Sequence[int]

    def text(self, value):
        return {"q": lambda: f"q{value}", "gpr": lambda: f"x{value}", "imm": lambda: str(value),
                "sat": lambda: SAT_NAMES[value], "rm": lambda: RM_NAMES[value]}[self.kind]()


@dataclass(frozen=True)
class Access:
    size: int
    store: bool
    indexed: bool = False  # the address is rs1 + 4 * lane sel8 of qw


@dataclass(frozen=True)
class Instruction:
    mnemonic: str
    operands: Sequence[Operand]
    memory: Optional[Access]

    def text(self, values):
        """Assembly text; an operand of 2.2 that `values` leaves out is not written."""
        written = [o.text(values[o.name]) for o in self.operands if o.name in values]
        return f"{self.mnemonic} {','.join(written)}".rstrip()


def operand(name):
    if name in ("sat", "rm"):
        return Operand(name, name, RANGES[name])
    if name in RANGES:
        return Operand(name.split(".")[0], "imm", RANGES[name])
    if name[0] == "q":
        return Operand(name, "q", range(8))
    if name[0] == "x":
        return Operand(name, "gpr", range(32))
    return Operand(name, "gpr", PIE_GPRS)


ALL = "s8 u8 s16 u16 s32 u32"
MAC = "s8 u8 s16 u16"
LD1, LD2, LD4, LD8, LD16 = (Access(size, False) for size in (1, 2, 4, 8, 16))
ST8, ST16 = Access(8, True), Access(16, True)

# Fused forms: what is put before the operands of the plain form.
LD_INCP = (".ld.incp", "qu rs1", LD16)
ST_INCP = (".st.incp", "qu rs1", ST16)
LD_IP = (".ld.ip", "qu rs1 off1616", LD16)
LD_XP = (".ld.xp", "qu rs1 rs2", LD16)
ST_IP = (".st.ip", "qu rs1 off1616", ST16)
ST_XP = (".st.xp", "qu rs1 rs2", ST16)
INCP = (LD_INCP, ST_INCP)

# (mnemonic, types, operands, fused forms, what 2.2 adds)
ARITHMETIC = [
    ("vadd.{t}", ALL, "qv qx qy", INCP, "sat"),
    ("vsub.{t}", ALL, "qv qx qy", INCP, "sat"),
    ("vsadds.{t}", MAC, "qv qx rs1", (), "sat"),
    ("vssubs.{t}", MAC, "qv qx rs1", (), "sat"),
    ("vmax.{t}", ALL, "qz qx qy", INCP, ""),
    ("vmin.{t}", ALL, "qz qx qy", INCP, ""),
    ("max.{t}.a", ALL, "qw rd", (), ""),
    ("min.{t}.a", ALL, "qw rd", (), ""),
    ("vabs.{t}", "8 16 32", "qv qy", (), ""),
    ("vclamp.{t}", "s16", "qz qx sel16", (), ""),
    ("vsat.{t}", ALL, "qz qx rs1 rs2", (), ""),
    ("vcmp.eq.{t}", ALL, "qz qx qy", (), ""),
    ("vcmp.lt.{t}", ALL, "qz qx qy", (), ""),
    ("vcmp.gt.{t}", ALL, "qz qx qy", (), ""),
    ("andq", "", "qz qx qy", (), ""),
    ("orq", "", "qz qx qy", (), ""),
    ("xorq", "", "qz qx qy", (), ""),
    ("notq", "", "qz qx", (), ""),
    ("addx2", "", "xd x1 x2", (), ""),
    ("addx4", "", "xd x1 x2", (), ""),
    ("subx2", "", "xd x1 x2", (), ""),
    ("subx4", "", "xd x1 x2", (), ""),
    ("sat", "", "xsd x0 x1", (), ""),
    ("vmul.{t}", MAC, "qz qx qy", INCP, "sat rm"),
    ("vmul.s16.s8xs8", "", "qz qv qx qy", (), "rm"),
    ("vmul.s32.s16xs16", "", "qz qv qx qy", (), "rm"),
    ("cmul.{t}", MAC, "qz qx qy sel4", INCP, "sat rm"),
    ("vrelu.{t}", "s8 s16", "qy rs2 rs1", (), "sat rm"),
    ("vprelu.{t}", "s8 s16", "qz qy qx rs1", (), "sat rm"),
    ("vsr.{t}", "s32 u32", "qu qy", (), "rm"),
    ("vsld.{t}", "8 16 32", "qu qy qw", (), "sat rm"),
    ("vsrd.{t}", "8 16 32", "qu qy qw", (), "sat rm"),
]

ACCUMULATORS = [
    ("vmulas.{t}.qacc", MAC, "qx qy", (LD_IP, LD_XP, ST_IP, ST_XP), "sat"),
    ("vmulas.{t}.qacc", "s8 u8", "qx qy", ((".ldbc.incp", "qu rs1", LD1),), "sat"),
    ("vmulas.{t}.qacc", "s16 u16", "qx qy", ((".ldbc.incp", "qu rs1", LD2),), "sat"),
    ("vmulas.{t}.xacc", MAC, "qx qy", (LD_IP, LD_XP, ST_IP, ST_XP), "sat"),
    ("vcmulas.{t}.qacc.l", "s8 s16", "qx qy", (LD_IP, LD_XP), "sat"),
    ("vcmulas.{t}.qacc.h", "s8 s16", "qx qy", (LD_IP, LD_XP), "sat"),
    ("vsmulas.{t}.qacc", MAC, "qx qy sel16", (LD_INCP,), "sat"),
    ("mov.{t}.qacc", MAC, "qu", (), ""),
    ("srs.s.xacc", "", "rd rs1", (), "sat rm"),
    ("srs.u.xacc", "", "rd rs1", (), "sat rm"),
    ("zero.q", "", "qz", (), ""),
    ("zero.qacc", "", "", (), ""),
    ("zero.xacc", "", "", (), ""),
]

MOVES = [
    ("movi.8.a", "", "qy rd sel16", (), ""),
    ("movi.16.a", "", "qy rd sel16", (), ""),
    ("movi.32.a", "", "qy rd sel4", (), ""),
    ("movi.8.q", "", "qy rs1 sel16", (), ""),
    ("movi.16.q", "", "qy rs1 sel16", (), ""),
    ("movi.32.q", "", "qy rs1 sel4", (), ""),
    ("movx.r.{t}", "cfg fft.bit.width sar sar.bytes xacc.h xacc.l", "rd", (), ""),
    ("movx.w.{t}", "cfg fft.bit.width sar sar.bytes xacc.h xacc.l perf", "rs1", (), ""),
    ("movx.r.perf", "", "rd rs1", (), ""),
    ("vext.{t}", MAC, "qz qv qw", (), ""),
    ("vzip.{t}", "8 16 32", "qx qy", (), ""),
    ("vunzip.{t}", "8 16 32", "qx qy", (), ""),
    ("vzipt.{t}", "8 16", "qx qy qw", (), ""),
    ("vunzipt.{t}", "8 16", "qx qy qw", (), ""),
    ("slci.2q", "", "qy qw sel16", (), ""),
    ("srci.2q", "", "qy qw sel16", (), ""),
    ("slcxxp.2q", "", "qy qw rs1 rs2", (), ""),
    ("srcxxp.2q", "", "qy qw rs1 rs2", (), ""),
    ("src.q", "", "qz qw qy", (), ""),
    ("src.q.qup", "", "qz qw qy", (), ""),
    ("fft.bitrev", "", "qv rs1", (), ""),
    ("fft.r2bf.s16", "", "qz qv qx qy sel2", (), "sat"),
]

# (mnemonic, types, operands, access, what 2.2 adds)
MEMORY = [
    ("vld.128.ip", "", "qu rs1 off25616", LD16, ""),
    ("vld.128.xp", "", "qu rs1 rs2", LD16, ""),
    ("vst.128.ip", "", "qu rs1 off25616", ST16, ""),
    ("vst.128.xp", "", "qu rs1 rs2", ST16, ""),
    ("vld.{t}.64.ip", "l h", "qu rs1 off2568", LD8, ""),
    ("vld.{t}.64.xp", "l h", "qu rs1 rs2", LD8, ""),
    ("vst.{t}.64.ip", "l h", "qu rs1 off2568", ST8, ""),
    ("vst.{t}.64.xp", "l h", "qu rs1 rs2", ST8, ""),
    ("vldbc.8.ip", "", "qu rs1 off2564.8", LD1, ""),
    ("vldbc.16.ip", "", "qu rs1 off2564.16", LD2, ""),
    ("vldbc.32.ip", "", "qu rs1 off2564.32", LD4, ""),
    ("vldbc.8.xp", "", "qu rs1 rs2", LD1, ""),
    ("vldbc.16.xp", "", "qu rs1 rs2", LD2, ""),
    ("vldbc.32.xp", "", "qu rs1 rs2", LD4, ""),
    ("vldext.{t}.ip", MAC, "qu qz rs1 off1616", LD16, ""),
    ("vldext.{t}.xp", MAC, "qu qz rs1 rs2", LD16, ""),
    ("vldhbc.16.incp", "", "qu qz rs1", LD16, ""),
    ("ld.128.usar.ip", "", "qu rs1 off25616", LD16, ""),
    ("ld.128.usar.xp", "", "qu rs1 rs2", LD16, ""),
    ("ld.qacc.{t}.128.ip", "l.l l.h h.l h.h", "rs1 off25616", LD16, ""),
    ("st.qacc.{t}.128.ip", "l.l l.h h.l h.h", "rs1 off25616", ST16, ""),
    ("ld.ua.state.ip", "", "rs1 off25616", LD16, ""),
    ("st.ua.state.ip", "", "rs1 off25616", ST16, ""),
    ("ld.xacc.ip", "", "rs1 off2568", LD8, ""),
    ("st.{t}.xacc.ip", "s u", "rs1 off2568", ST8, ""),
    ("ldqa.{t}.128.ip", MAC, "rs1 off25616", LD16, ""),
    ("ldqa.{t}.128.xp", MAC, "rs1 rs2", LD16, ""),
    ("ldxq.32", "", "qu qw rs1 sel4 sel8", Access(4, False, True), ""),
    ("stxq.32", "", "qu qw rs1 sel4 sel8", Access(4, True, True), ""),
    ("src.q.ld.ip", "", "qu rs1 off25616 qw qy", LD16, ""),
    ("src.q.ld.xp", "", "qu rs1 rs2 qw qy", LD16, ""),
    ("srcq.128.st.incp", "", "qw qy rs1", ST16, ""),
    ("fft.ams.s16.ld.{t}", "incp incp.uaup r32.decp", "qu rs1 qz qv qx qw qy sel2", LD16, "sat"),
    ("fft.ams.s16.st.incp", "", "qu qz rs2 rs1 qx qw qy sel2", ST16, "sat"),
    ("fft.cmul.s16.ld.xp", "", "qu rs1 rs2 qz qy qx sel8", LD16, "sat"),
    ("fft.cmul.s16.st.xp", "", "qy qx qu rs1 rs2 sel8 upd4 sel4", ST16, "sat"),
    ("fft.r2bf.s16.st.incp", "", "qz qx qy rs1 sel4", ST16, "sat"),
    ("fft.vst.r32.decp", "", "qu rs1 sel2", ST16, ""),
]

# What is written differently in the two encodings: sel2 of srcmb became sat, vsl.32 two instructions.
ONLY = {
    "2.1": [
        ("srcmb.{t}.qacc", MAC, "qu rs1 sel2", (), ""),
        ("srcmb.{t}.q.qacc", MAC, "qu qw sel2", (), ""),
        ("vsl.32", "", "qu qy", (), ""),
    ],
    "2.2": [
        ("srcmb.{t}.qacc", MAC, "qu rs1", (), "sat rm"),
        ("srcmb.{t}.q.qacc", MAC, "qu qw", (), "sat rm"),
        ("vsl.{t}", "s32 u32", "qu qy", (), "sat"),
    ],
}


def _expand(revision):
    for pattern, types, names, fused, added in ARITHMETIC + ACCUMULATORS + MOVES + ONLY[revision]:
        for lane in types.split() or [""]:
            mnemonic = "esp." + pattern.format(t=lane)
            yield mnemonic, names, added, None
            for suffix, before, access in fused:
                yield mnemonic + suffix, f"{before} {names}", added, access
    for pattern, types, names, access, added in MEMORY:
        for lane in types.split() or [""]:
            yield "esp." + pattern.format(t=lane), names, added, access


def instructions(revision):
    """mnemonic -> Instruction, of one encoding: "2.1" (chip below 3.0) or "2.2"."""
    table = {}
    for mnemonic, names, added, access in _expand(revision):
        words = names.split() + (added.split() if revision == "2.2" else [])
        table[mnemonic] = Instruction(mnemonic, tuple(operand(word) for word in words), access)
    return table
