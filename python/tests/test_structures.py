"""Structured arrays: dtypes that match C's layout, and those that do not."""

import numpy as np
import pytest

import p4jit

POINT = np.dtype([("x", "<f4"), ("y", "<f4")])


def fields(dtype):
    return {name: (dtype.fields[name][0], dtype.fields[name][1]) for name in dtype.names}


def dtype_by_hand():
    return np.dtype(
        [
            ("id", "u1"),
            ("kind", "<u4"),
            ("center", POINT),
            ("weight", "<f8"),
            ("corners", POINT, (3,)),
            ("grid", "<i2", (2, 3)),
            ("name", "<u4"),
            ("draw", "<u4"),
            ("next", "<u4"),
            ("visible", "?"),
            ("stamp", "<i8"),
        ],
        align=True,
    )


def test_a_structure_has_cs_offsets_sizes_and_nested_structures(load):
    shape = load("structures", "measure").dtype("Shape")
    assert shape.itemsize == 88
    assert fields(shape) == {
        "id": (np.dtype("u1"), 0),
        "kind": (np.dtype("u4"), 4),
        "center": (POINT, 8),
        "weight": (np.dtype("f8"), 16),
        "corners": (np.dtype((POINT, (3,))), 24),
        "grid": (np.dtype(("<i2", (2, 3))), 48),
        "name": (np.dtype("u4"), 60),
        "draw": (np.dtype("u4"), 64),
        "next": (np.dtype("u4"), 68),
        "visible": (np.dtype("?"), 72),
        "stamp": (np.dtype("i8"), 80),
    }


def test_types_are_found_by_every_name_and_behind_pointers(load):
    measure = load("structures", "measure")
    for name in ("Shape", "struct Shape"):
        assert measure.dtype(name).names[0] == "id"
    assert measure.dtype("Point") == measure.dtype("struct Point") == POINT
    assert measure.dtype("Kind") == measure.dtype("enum Kind") == np.dtype("u4")
    assert load("structures", "move").dtype("Point") == POINT
    assert load("numbers", "same_uint8_t").dtype("uint8_t") == np.dtype("u1")


def test_a_type_that_is_not_there_is_refused_with_those_that_are(load, refusal):
    text = refusal(p4jit.UsageError, load("structures", "move").dtype, "Pint")
    assert text.startswith("float move(Point *p, int n, float dx) mentions no type 'Pint'. Those that it does: ")
    assert text.endswith("Did you mean 'Point'?")
    text = refusal(p4jit.UsageError, load("behaviour", "add").dtype, "Point")
    assert text.endswith("mentions no type 'Point'. None that it mentions has a name.")


def test_what_the_device_writes_is_found_in_the_fields(load):
    number = load("structures", "number")
    s = np.zeros(1, number.dtype("Shape"))
    number(s)
    s = s[0]
    assert (s["id"], s["kind"], s["center"].tolist(), s["weight"]) == (1, 7, (2, 3), 4)
    assert s["corners"].tolist() == [(5, 6), (7, 8), (9, 10)]
    assert s["grid"].tolist() == [[11, 12, 13], [14, 15, 16]]
    assert (s["name"], s["draw"], bool(s["visible"]), s["stamp"]) == (17, 0, True, 18)
    assert s["next"] >= 0x4800_0000
    assert load("structures", "measure")(np.array([s])) == 1 + 7 + 2 + 3 + 4 + 10 + 16 + 17 + 1 + 18


def test_a_dtype_made_by_hand_is_as_good(load):
    s = np.zeros(2, dtype_by_hand())
    load("structures", "number")(s)
    assert s["grid"][0].tolist() == [[11, 12, 13], [14, 15, 16]] and s["id"].tolist() == [1, 0]


def test_structures_change_in_place_in_every_layout(load):
    move = load("structures", "move")
    p = np.zeros((4, 3), POINT)
    p["x"] = np.arange(12).reshape(4, 3)
    assert move(p.T[1:, ::2], np.int32(4), np.float32(100)) == 400 + 1 + 2 + 7 + 8
    assert p["x"].tolist() == [[0, 101, 102], [3, 4, 5], [6, 107, 108], [9, 10, 11]]
    assert not p["y"].any()


def test_members_of_a_union_lie_on_each_other(load):
    real_of = load("structures", "real_of")
    dtype = real_of.dtype("Word")
    assert {offset for _, offset in fields(dtype).values()} == {0} and dtype.itemsize == 4
    w = np.zeros(1, dtype)
    w["word"] = 0x3F800000
    assert w["real"][0] == 1 and real_of(w) == 1
    assert real_of(np.array([(2.5,)], [("real", "f4")])) == 2.5


def test_bit_fields_that_share_bytes_are_one_number(load):
    sum_of_flags = load("structures", "sum_of_flags")
    dtype = sum_of_flags.dtype("Flags")
    assert dtype.names[:6] == ("ready:1,mode:3", "count", "low:20,high:12", "left", "right", "raw")
    f = np.zeros(1, dtype)
    f["ready:1,mode:3"] = 1 | 5 << 1
    f["low:20,high:12"] = 1000 | 3 << 20
    f["count"], f["left"], f["right"], f["raw"] = 2, 7, -3, 1
    assert sum_of_flags(f) == 1 + 50 + 200 + 1000 + 3 + 7 - 3 + 1


def test_packed_structures_are_as_packed_in_numpy(load):
    unpacked = load("structures", "unpacked")
    packed = np.dtype([("tag", "u1"), ("value", "<u4"), ("real", "<f8")])
    assert unpacked.dtype("Packed") == packed
    assert unpacked(np.array([(1, 2, 0.5)], packed)) == 3.5
    assert unpacked(np.array([(1, 2, 0.5), (5, 5, 5)], packed)[:1]) == 3.5


wrong_layouts = {
    "another order": ([("y", "f4"), ("x", "f4")], "field 'x' is at offset 0, the array has it at 4"),
    "another type": ([("x", "f4"), ("y", "i4")], "field 'y' is float, the array has int32_t"),
    "another byte order": ([("x", ">f4"), ("y", "<f4")], "bytes are in the other order"),
    "a longer type": ([("x", "f8"), ("y", "f8")], "field 'x' is float, the array has double"),
    "another name": ([("x", "f4"), ("z", "f4")], "the array has no field 'y'"),
    "a field too few": ({"names": ["x"], "formats": ["f4"], "itemsize": 8}, "the array has no field 'y'"),
    "an array": ([("x", "f4", (2,))], "field 'x' is float, the array has float[2]"),
    "padding behind": (
        {"names": ["x", "y"], "formats": ["f4", "f4"], "itemsize": 12},
        "Point has 8 bytes, an element of the array has 12",
    ),
}


@pytest.mark.parametrize("what", wrong_layouts)
@pytest.mark.parametrize("resident", [False, True])
def test_a_dtype_that_is_laid_out_otherwise_is_refused_with_the_field(load, device, refusal, what, resident):
    dtype, said = wrong_layouts[what]
    x = np.zeros(3, dtype)
    if resident:
        if what == "another byte order":
            return
        x = device.buffer(x)
    text = refusal(p4jit.ArgumentTypeError, load("structures", "move"), x, np.int32(1), np.float32(1))
    assert text.startswith("float move(Point *p, int n, float dx): argument 1 'p' ")
    assert said.replace("array", "buffer" if resident else "array") in text, text
    if "byte order" not in what:
        assert text.endswith("Pass a NumPy array of dtype function.dtype(\"Point\"), or None for a null pointer.")


def test_a_difference_deep_inside_is_named_with_its_path(load, refusal):
    measure = load("structures", "measure")
    shape = measure.dtype("Shape")
    wrong_point = {"names": ["x", "y"], "formats": ["f4", "f4"], "offsets": [4, 0], "itemsize": 8}
    formats = [shape.fields[name][0] for name in shape.names]
    formats[shape.names.index("corners")] = (wrong_point, (3,))
    offsets = [shape.fields[name][1] for name in shape.names]
    layout = {"names": list(shape.names), "formats": formats, "offsets": offsets, "itemsize": shape.itemsize}
    text = refusal(p4jit.ArgumentTypeError, measure, np.zeros(1, np.dtype(layout)))
    assert "in field 'corners', field 'x' is at offset 0, the array has it at 4" in text


def test_bytes_may_stand_for_structures(load):
    x = np.array([1, 2, 3, 4], "f4").view(np.uint8)
    assert load("structures", "move")(x, np.int32(2), np.float32(1)) == 2 + 4


def test_arrays_of_arrays_pointers_and_complex_numbers_have_their_dtypes(load, device, refusal):
    cells = np.arange(12, dtype=np.int16).reshape(4, 3)
    cell = load("structures", "distance_of_cells")
    assert cell(cells, np.int32(3)) == 11
    assert "elements of type int16_t; got an array of dtype int32" in refusal(
        p4jit.ArgumentTypeError, cell, cells.astype(np.int32), np.int32(0)
    )
    last = load("structures", "last_address")
    assert last(np.array([5, 77], np.uint32), np.int32(2)) == 77
    assert "it is an address, the array has float" in refusal(p4jit.ArgumentTypeError, last, np.zeros(2, "f4"), np.int32(2))
    real_part = load("structures", "real_part")
    assert real_part(np.array([3 + 4j], np.complex64)) == 3
    text = refusal(p4jit.ArgumentTypeError, real_part, np.zeros(2, "f8"))
    assert "it is float complex, the array has double" in text


def test_a_buffer_of_structures_is_passed_by_its_layout(load, device):
    move = load("structures", "move")
    p = device.buffer(np.zeros(5, move.dtype("Point")))
    assert move(p[2:], np.int32(2), np.float32(3)) == 6
    assert p["x"].numpy().tolist() == [0, 0, 3, 3, 0]
