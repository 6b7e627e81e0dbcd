"""Loading, calling, printing, freeing: what a P4JIT and a JITFunction do."""

import contextlib
import gc
import inspect
import io
import pydoc
import subprocess
import sys
import threading
import time
import weakref

import numpy as np
import pytest

import p4jit
from p4jit import P4JIT, set_log_level


@pytest.fixture(autouse=True)
def only_kernels_write_to_stdout():
    set_log_level("WARNING")
    yield
    set_log_level("INFO")


def stats(device):
    return device.get_heap_stats(print_s=False)


def test_the_device_tells_what_it_is(device):
    assert device.is_virtual
    assert device.name == "virtual ESP32-P4"
    assert repr(device) == "<P4JIT virtual ESP32-P4>"


def test_heap_figures_make_sense(device):
    heap = stats(device)
    assert list(heap) == ["free_spiram", "total_spiram", "free_internal", "total_internal"]
    assert 0 < heap["free_spiram"] <= heap["total_spiram"] == 32 << 20
    assert 0 < heap["free_internal"] <= heap["total_internal"]


def test_heap_figures_are_logged_as_the_original_did(device, caplog):
    with caplog.at_level("INFO", logger="p4jit"):
        heap = device.get_heap_stats()
    lines = [record.getMessage() for record in caplog.records]
    assert lines[0] == "[Heap Params]"
    assert lines[1:] == [f"  {k:<15}: {v:>10} bytes ({v / 1024:>6.2f} KB)" for k, v in heap.items()]


def test_what_is_done_is_logged(kernels, caplog):
    with caplog.at_level(1, logger="p4jit"):
        P4JIT(port="virtual").load(kernels / "behaviour.c", "add")
    assert "using the virtual ESP32-P4" in caplog.text
    assert "behaviour.c: " in caplog.text and "bytes at 0x48" in caplog.text


def test_a_function_tells_what_it_is(device, load):
    add = load("behaviour", "add")
    assert add.signature == add.__doc__ == "int add(int a, int b)"
    assert add.__name__ == "add"
    assert repr(add) == "<JITFunction int add(int a, int b)>"
    assert add.valid
    assert add.code_addr % 16 == 0 and add.args_addr % 16 == 0
    assert add.stats["code_size"] > 0 and add.stats["args_size"] == 128


def test_help_and_editors_see_the_c_prototype(load):
    add = load("behaviour", "add")
    assert "int add(int a, int b)" in pydoc.render_doc(add)
    assert str(inspect.signature(add)) == "(a, b, /, *, timeout=None)"


def test_what_is_printed_before_a_crash_is_not_lost(device, source, capsys):
    code = '#include <stdio.h>\nint f(int *p) { printf("first\\nsecond %d", 2); return *p; }'
    with pytest.raises(p4jit.DeviceFault):
        device.load(source(code), "f")(None)
    assert capsys.readouterr().out == "first\nsecond 2"


def test_what_is_printed_arrives_while_the_kernel_runs(source):
    said = []
    device = P4JIT(port="virtual", console=lambda text: said.append((time.monotonic(), text)))
    code = "#include <stdio.h>\nint f(int n) { puts(\"begin\"); for (volatile int i = 0; i < n; ++i) ; puts(\"end\"); return 0; }"
    device.load(source(code), "f")(np.int32(10_000_000))
    ended = time.monotonic()
    assert "".join(text for _, text in said) == "begin\nend\n"
    assert said[0][0] < said[-1][0] and ended - said[0][0] > 2 * (ended - said[-1][0])


def test_output_goes_where_stdout_goes_now(load):
    greet = load("behaviour", "greet")
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        greet(np.int32(3), np.float32(1.5))
    assert text.getvalue() == "n = 3, x = 1.50\n"


def test_a_source_may_be_a_path_or_text_and_calls_positional(device, kernels):
    for name in (kernels / "behaviour.c", str(kernels / "behaviour.c")):
        assert device.load(name, "add")(np.int32(40), np.int32(2)) == 42


def test_two_functions_of_a_source_have_data_of_their_own(device, kernels):
    first = device.load(kernels / "behaviour.c", "count")
    second = device.load(kernels / "behaviour.c", "count")
    assert [first(), first(), second(), first()] == [41, 42, 41, 43]


def test_an_edited_source_is_compiled_again(device, source):
    path = source("int f(void) { return 1; }")
    assert device.load(path, "f")() == 1
    source("int f(void) { return 2; }")
    assert device.load(path, "f")() == 2


def test_flags_and_optimization_reach_the_compiler(device, source):
    path = source(
        "int f(void) { return WHAT; }\n"
        "#ifdef __OPTIMIZE__\nint optimized(void) { return 1; }\n#else\nint optimized(void) { return 0; }\n#endif\n"
    )
    assert device.load(path, "f", flags=["-DWHAT=7"])() == 7
    for level, expected in (("O0", 0), ("O2", 1), ("Os", 1)):
        assert device.load(path, "optimized", optimization=level, flags=["-DWHAT=0"])() == expected


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("optimization", 3, "it takes a text"),
        ("alignment", 1.5, "give an int"),
        ("lto", "yes", "it takes True or False"),
        ("flags", [5], "it takes a list of texts"),
    ],
)
def test_an_option_of_another_type_is_named_for_raw_functions_too(device, kernels, option, value, expected):
    with pytest.raises(TypeError) as caught:
        device.load(kernels / "behaviour.c", "add", smart_args=False, **{option: value})
    assert str(caught.value).startswith(f"{option}={value!r}: {expected}")


def test_a_token_and_lint_of_another_type_are_named():
    for options, expected in (({"token": 5}, "token=5: give a str"), ({"lint": "no"}, "lint='no': give True or False")):
        with pytest.raises(TypeError, match=expected):
            P4JIT(port="virtual", **options)


def test_code_can_be_placed_in_internal_memory(device, kernels):
    add = device.load(
        kernels / "behaviour.c",
        "add",
        code_caps=p4jit.MALLOC_CAP_INTERNAL | p4jit.MALLOC_CAP_EXEC,
        data_caps=p4jit.MALLOC_CAP_INTERNAL | p4jit.MALLOC_CAP_8BIT,
        alignment=64,
    )
    assert 0x4FF0_0000 <= add.code_addr < 0x4FFC_0000 and add.code_addr % 64 == 0
    assert add(np.int32(1), np.int32(2)) == 3


def test_cpp_is_a_language_too(device, source):
    text = 'template <typename T> T twice(T x) { return x + x; }\nextern "C" int f(int x) { return twice(x); }'
    assert device.load(source(text, "k.cpp"), "f")(np.int32(21)) == 42


def test_last_call_tells_cycles_and_times(load):
    add = load("behaviour", "add")
    add(np.int32(1), np.int32(2))
    call = add.last_call
    assert 0 < call.cycles < 100
    assert call.cpu_hz == 360_000_000
    assert call.seconds == pytest.approx(call.cycles / call.cpu_hz)
    assert 0 < call.host_seconds < 10
    assert f"{call.cycles} cycles" in repr(call)


def test_the_same_call_takes_the_same_cycles(load):
    total, x = load("arrays", "total"), np.arange(50, dtype=np.int32)
    cycles = set()
    for _ in range(5):
        total(x, np.int32(50))
        cycles.add(total.last_call.cycles)
    assert len(cycles) == 1


def test_the_firmwares_functions_can_be_used(load, still_works):
    assert load("behaviour", "sine")(np.float32(0.5)) == pytest.approx(np.sin(0.5), rel=1e-6)
    assert load("behaviour", "uses_heap")(np.int32(10_000)) == 9_999


def test_without_the_firmwares_functions_its_names_are_missing(device, source, refusal):
    path = source("int esp_timer_get_time(void);\nint f(void) { return esp_timer_get_time(); }")
    assert device.load(path, "f")() > 0
    text = refusal(p4jit.LinkError, device.load, path, "f", use_firmware_elf=False)
    assert "esp_timer_get_time" in text and "kernel.c:2" in text


def test_kernels_print_to_the_console_given(kernels):
    said = []
    device = P4JIT(port="virtual", console=said.append)
    here = kernels / "behaviour.c"
    device.load(here, "greet")(np.int32(3), np.float32(1.5))
    assert "".join(said) == "n = 3, x = 1.50\n"
    said.clear()
    device.load(here, "without_newline")()
    assert "".join(said) == "no newline"
    said.clear()
    device.load(here, "many_lines")(np.int32(1000))
    assert "".join(said) == "".join(f"line {i}\n" for i in range(1000))


def test_bytes_that_are_no_text_do_not_lose_what_a_kernel_prints(source):
    said = []
    device = P4JIT(port="virtual", console=said.append)
    device.load(source(r"#include <stdio.h>" "\n" r'void f(void) { printf("a\xff" "b \u00e9\n"); }'), "f")()
    assert "".join(said) == "a\N{REPLACEMENT CHARACTER}b é\n"


def test_kernels_print_to_stdout_if_no_console_is_given(load, capsys):
    greet = load("behaviour", "greet")
    capsys.readouterr()  # what loading tells
    greet(np.int32(3), np.float32(1.5))
    assert capsys.readouterr().out == "n = 3, x = 1.50\n"


def test_a_program_without_stdout_is_spared_what_is_printed(source):
    path = source('#include <stdio.h>\nint say(int n) { puts("text"); return n; }')
    program = f"""if True:
        import sys
        sys.stdout = None
        import numpy as np
        from p4jit import P4JIT
        sys.exit(int(P4JIT(port="virtual").load({str(path)!r}, "say")(np.int32(7))))
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (7, "", "")


def test_a_console_that_raises_does_not_harm_the_call(kernels):
    def broken(text):
        raise ValueError("no console today")

    device = P4JIT(port="virtual", console=broken)
    raised = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.unraisablehook", lambda hook: raised.append(str(hook.exc_value)))
        device.load(kernels / "behaviour.c", "greet")(np.int32(3), np.float32(1.5))
    assert raised == ["no console today"]
    assert device.load(kernels / "behaviour.c", "add")(np.int32(1), np.int32(2)) == 3


def test_free_gives_the_memory_back_once(device, kernels, refusal):
    before = stats(device)
    add = device.load(kernels / "behaviour.c", "add")
    assert stats(device) != before
    where = add.code_addr, add.args_addr
    add.free()
    assert (add.code_addr, add.args_addr) == where
    assert stats(device) == before
    add.free()
    assert not add.valid and "(freed)" in repr(add)
    text = refusal(p4jit.UseAfterFree, add, np.int32(1), np.int32(2))
    assert "freed" in text and "load it again" in text
    assert stats(device) == before


def test_a_function_that_is_forgotten_is_freed(device, kernels):
    before = stats(device)
    add = device.load(kernels / "behaviour.c", "add")
    del add
    assert stats(device) == before


def test_calls_leave_no_memory_behind(device, load):
    doubled, x = load("arrays", "doubled"), np.zeros(10_000, np.int32)
    doubled(x, np.int32(10))
    before = stats(device)
    for _ in range(50):
        doubled(x, np.int32(10))
    assert stats(device) == before


def test_a_function_keeps_its_device_alive(kernels):
    add = P4JIT(port="virtual").load(kernels / "behaviour.c", "add")
    assert add(np.int32(1), np.int32(2)) == 3


def test_devices_know_nothing_of_each_other(kernels):
    first, second = P4JIT(port="virtual"), P4JIT(port="virtual")
    count = first.load(kernels / "behaviour.c", "count")
    other = second.load(kernels / "behaviour.c", "count")
    assert [count(), count(), other()] == [41, 42, 41]


def test_threads_may_share_a_device(device, load):
    add, total = load("behaviour", "add"), load("arrays", "total")
    wrong = []

    def work(seed):
        x = np.full(100, seed, np.int32)
        for i in range(100):
            if add(np.int32(seed), np.int32(i)) != seed + i or total(x, np.int32(100)) != 100 * seed:
                wrong.append((seed, i))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong


def test_memory_capabilities_are_esp_idfs():
    assert p4jit.MALLOC_CAP_SPIRAM | p4jit.MALLOC_CAP_8BIT == 0x404
    assert p4jit.MALLOC_CAP_INTERNAL | p4jit.MALLOC_CAP_8BIT == 0x804
    assert p4jit.MALLOC_CAP_EXEC == 1 and p4jit.MALLOC_CAP_INVALID == 1 << 31


@pytest.mark.parametrize("compiler", ["riscv64-unknown-elf-gcc", "clang-19"])
def test_every_compiler_makes_functions_that_do_the_same(environment, kernels, compiler):
    environment(P4JIT_TOOLCHAIN=compiler)
    device = P4JIT(port="virtual")
    x = np.arange(100, dtype=np.int32)
    assert device.load(kernels / "arrays.c", "total")(x, np.int32(100)) == 4950
    assert device.load(kernels / "numbers.c", "nine")(*[np.int32(i) for i in range(1, 10)]) == 987654321
    assert device.load(kernels / "numbers.c", "add_double")(np.float64(0.1), np.float64(0.2)) == 0.1 + 0.2
    assert device.load(kernels / "behaviour.c", "sine")(np.float32(0.5)) == pytest.approx(np.sin(0.5), rel=1e-6)


def test_a_console_that_knows_its_device_is_freed_with_it(kernels):
    class Program:
        def __init__(self):
            self.heard = []
            self.jit = P4JIT(port="virtual", console=self.hear, progress=self.watch)

        def hear(self, text):
            self.heard.append(text)

        def watch(self, done, total):
            pass

    program = Program()
    greet = program.jit.load(kernels / "behaviour.c", "greet")
    greet(np.int32(3), np.float32(1.5))
    assert "".join(program.heard) == "n = 3, x = 1.50\n"
    gone = weakref.ref(program)
    del program
    gc.collect()
    greet(np.int32(4), np.float32(1.5))  # it keeps the console, too
    assert "".join(gone().heard).endswith("n = 4, x = 1.50\n")
    del greet
    gc.collect()
    assert gone() is None


def test_a_console_must_not_use_the_device(kernels):
    def reentrant(text):
        device.get_heap_stats()

    device = P4JIT(port="virtual", console=reentrant)
    raised = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.unraisablehook", lambda hook: raised.append(str(hook.exc_value)))
        device.load(kernels / "behaviour.c", "greet")(np.int32(3), np.float32(1.5))
    assert raised and all("must not use the device" in text for text in raised)


def test_options_of_another_kind_are_refused_in_words(device, kernels, refusal):
    for options, said in (
        ({"alignment": -16}, "alignment=-16: it takes a power of two"),
        ({"code_caps": 1 << 40}, "MALLOC_CAP"),
        ({"lto": "yes"}, "lto='yes': it takes True or False"),
        ({"optimization": 2}, "optimization=2: it takes a text"),
        ({"flags": [3]}, "flags=[3]: it takes a list of texts"),
    ):
        assert said in refusal(TypeError, device.load, kernels / "behaviour.c", "add", **options)
    assert "the text of a source" in refusal(TypeError, device.module, code=b"int x;")
    assert "console=3: give a function" in refusal(TypeError, P4JIT, "virtual", console=3)
    assert "seconds as a number" in refusal(
        TypeError, device.load(kernels / "behaviour.c", "add"), np.int32(1), np.int32(2), timeout="soon"
    )


def test_after_disconnect_everything_says_so(kernels, refusal):
    device = P4JIT(port="virtual")
    add, b = device.load(kernels / "behaviour.c", "add"), device.buffer(np.zeros(2, np.int32))
    device.session.device.disconnect()
    for use in (b.numpy, lambda: b.fill(0), device.get_heap_stats, lambda: add(np.int32(1), np.int32(2))):
        assert "not connected" in refusal(p4jit.ConnectionLost, use)
    assert repr(device) == "<P4JIT virtual, not connected>"
    add.free()
    b.free()
    device.session.device.connect()
    assert device.load(kernels / "behaviour.c", "add")(np.int32(1), np.int32(2)) == 3
