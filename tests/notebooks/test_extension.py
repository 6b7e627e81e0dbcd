"""%load_ext p4jit and its cells, in a shell as notebooks have it."""

import numpy as np
import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

import p4jit


@pytest.fixture
def shell(monkeypatch, capsys):
    """A shell with the extension, and one device for all its cells under the name `jit`."""
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "p4jit")
    shell.push({"jit": p4jit.P4JIT(port="virtual")})
    capsys.readouterr()
    yield shell
    shell.reset()


def cell(shell, line, text):
    shell.run_cell_magic("p4jit", line, text)


def test_functions_of_a_cell_are_names_in_the_notebook(shell):
    cell(shell, "", "int twice(int a) { return 2 * a; }\nfloat half(float a) { return a / 2; }\n")
    assert shell.user_ns["twice"](np.int32(4)) == 8
    assert shell.user_ns["half"](np.float32(5)) == 2.5


def test_a_cell_that_is_run_again_replaces_them(shell):
    cell(shell, "", "int f(void) { return 1; }\n")
    first = shell.user_ns["f"]
    cell(shell, "", "int f(void) { return 2; }\n")
    assert shell.user_ns["f"]() == 2 and first() == 1


def test_a_compile_error_names_the_line_of_the_cell_and_shows_no_frames(shell):
    with pytest.raises(p4jit.CompileError, match=r"cell\d+\.c:3:.*nonsense") as caught:
        cell(shell, "", "int f(void) {\n    return nonsense;\n}\n")
    (shown,) = caught.value._render_traceback_()
    assert shown.startswith("CompileError: cell") and "Traceback" not in shown


def test_the_name_in_an_error_has_the_number_of_the_cell(shell, capsys):
    for _ in range(2):
        shell.run_cell("pass", store_history=True)
    shell.run_cell("%%p4jit\nint f(void) { return nonsense; }\n", store_history=True)
    assert "In[3]" not in capsys.readouterr().out  # the message alone
    assert "cell3.c:2" in str(shell.last_execution_result.error_in_exec)
    assert len(shell.user_ns["In"]) == 4


@pytest.mark.parametrize(
    "line",
    [
        '--flags="-DA=2 -DB=3"',
        "-D A=2 -D \"B=3\"",
        "-DA=2 -D 'B=(1 + 2)'",
        "--flags='-DA=2 \"-DB=1 + 2\"'",
    ],
)
def test_quotes_keep_words_together(shell, line):
    cell(shell, line, "int product(void) { return A * (B); }\n")
    assert shell.user_ns["product"]() == 6


@pytest.mark.parametrize("line", ['--flags="-DA', "--flags=\"'-DA\""])
def test_half_a_quotation_is_told(shell, line):
    with pytest.raises(UsageError, match="No closing quotation"):
        cell(shell, line, "int f(void) { return 1; }\n")


def test_options_reach_the_compiler_and_the_module(shell):
    text = "namespace dsp { float gain = SCALE; }\ntemplate <typename T> T times(T a) { return T(a * dsp::gain); }\n"
    text += 'extern "C" float scaled(float a) { return times(a); }\n'
    cell(shell, "-x c++ -D SCALE=3 -O O1 -m filters --no-strict", text)
    assert shell.user_ns["scaled"](2.0) == 6
    shell.user_ns["filters"]["dsp::gain"] = 0.5
    assert shell.user_ns["scaled"](2.0) == 1


def test_functions_that_names_cannot_have_are_told(shell, capsys):
    text = "namespace geo { int area(int a) { return a * a; } }\nint one() { return 1; }\n"
    cell(shell, "-x c++", text)
    assert shell.user_ns["one"]() == 1
    said = 'No names here for geo::area: bind the module with -m NAME, then NAME["geo::area"]\n'
    assert said in capsys.readouterr().out
    cell(shell, "-x c++ -m shapes", text)
    assert "No names here" not in capsys.readouterr().out
    assert shell.user_ns["shapes"]["geo::area"](np.int32(3)) == 9


def test_what_kernels_print_comes_to_the_cell(shell, capsys):
    cell(shell, "", '#include <stdio.h>\nvoid say(int n) { printf("n = %d\\n", n); }\n')
    capsys.readouterr()
    shell.user_ns["say"](np.int32(3))
    assert capsys.readouterr().out == "n = 3\n"


def test_a_device_that_is_none_is_told(shell):
    with pytest.raises(UsageError, match="there is no P4JIT of that name; write board = P4JIT"):
        cell(shell, "--device board", "int f(void) { return 1; }\n")
    shell.push({"board": p4jit.P4JIT(port="virtual")})
    cell(shell, "--device board", "int f(void) { return 1; }\n")
    assert shell.user_ns["f"]() == 1
