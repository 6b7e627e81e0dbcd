"""The ESP-IDF component's files agree with each other and with the project."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).parents[2]
COMPONENT = ROOT / "firmware/idf/p4jit"
EXAMPLE = ROOT / "firmware/idf/examples/firmware"
DECLARATIONS = ROOT / "tests/idf/include"

# ESP-IDF's commands write down what they were told.
STUBS = """
function(idf_component_register)
  foreach(argument IN LISTS ARGN)
    message(STATUS "register ${argument}")
  endforeach()
endfunction()
function(target_compile_definitions)
  message(STATUS "define ${ARGN}")
endfunction()
function(target_compile_options)
endfunction()
function(target_include_directories)
endfunction()
function(target_link_libraries target scope option)
  message(STATUS "link ${option}")
endfunction()
set(CONFIG_P4JIT_KEEP_SYMBOLS y)
set(COMPONENT_LIB component)
"""


def sources():
    return [path for path in COMPONENT.rglob("*") if path.suffix in {".c", ".h", ".S"}]


def told_by_cmake(kind, tmp_path):
    """What CMakeLists.txt told ESP-IDF of a kind, one text each."""
    script = tmp_path / "component.cmake"
    script.write_text(STUBS + f'include("{COMPONENT}/CMakeLists.txt")\n')
    run = subprocess.run(["cmake", "-P", script], capture_output=True, text=True, check=True)
    return re.findall(rf"^-- {kind} (.*)$", run.stdout, re.MULTILINE)


def project_version():
    return re.search(r"project\(p4jit VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text()).group(1)


def test_the_build_file_names_every_source_and_nothing_else(tmp_path):
    arguments = told_by_cmake("register", tmp_path)
    named = {pathlib.Path(argument).resolve() for argument in arguments if argument.endswith((".c", ".S"))}
    # ESP-IDF has heaps of its own.
    core = {path for path in (ROOT / "firmware/core").glob("*.c") if path.name not in {"p4_heap.c", "p4_memory.c"}}
    glue = {path for path in COMPONENT.iterdir() if path.suffix in {".c", ".S"}}
    assert named == core | glue
    assert str(ROOT) in {str(pathlib.Path(argument).resolve()) for argument in arguments if argument.startswith("/")}


def test_what_is_wrapped_is_there_to_be_called_instead(tmp_path):
    options = told_by_cmake("link", tmp_path)
    wrapped = {option.removeprefix("-Wl,--wrap=") for option in options if option.startswith("-Wl,--wrap=")}
    text = "\n".join(path.read_text() for path in COMPONENT.iterdir() if path.suffix in {".c", ".S"})
    assert wrapped == set(re.findall(r"\b__wrap_(\w+)", text))
    kept = {option.removeprefix("-u ") for option in options if option.startswith("-u ")}
    assert {"printf", "malloc", "cosf", "heap_caps_malloc"} <= kept
    assert len(kept) > 100


def test_the_version_is_the_projects(tmp_path):
    assert told_by_cmake("define", tmp_path) == [f'component;PRIVATE;P4JIT_VERSION="{project_version()}"']
    assert f'version: "{project_version()}"' in (COMPONENT / "idf_component.yml").read_text()


def test_every_option_that_is_used_can_be_set_and_the_other_way_round():
    used = set()
    for path in [*sources(), COMPONENT / "CMakeLists.txt"]:
        used |= set(re.findall(r"CONFIG_(P4JIT_\w+)", path.read_text()))
    offered = set(re.findall(r"^\s*config (\w+)", (COMPONENT / "Kconfig").read_text(), re.MULTILINE))
    assert used == offered


def test_the_checks_configuration_is_what_the_example_sets():
    """tests/idf/include/sdkconfig.h stands for sdkconfig.defaults."""
    text = (DECLARATIONS / "sdkconfig.h").read_text()
    checked = dict(re.findall(r"#define (CONFIG_TINYUSB_\w+|CONFIG_FREERTOS_HZ) (\S+)", text))
    text = (EXAMPLE / "sdkconfig.defaults").read_text().replace("=y", "=1")
    defaults = dict(re.findall(r"^(CONFIG_\w+)=(\S+)$", text, re.MULTILINE))
    assert len(checked) > 4
    assert {name: defaults.get(name) for name in checked} == checked


def test_every_declaration_names_where_it_is_from_and_is_needed():
    needed = set()
    for path in [*sources(), *EXAMPLE.rglob("*.c"), *(ROOT / "tests/idf").glob("*.?pp"), *DECLARATIONS.rglob("*.h")]:
        needed |= set(re.findall(r"#include <([\w/-]+\.h)>", path.read_text()))
    for header in DECLARATIONS.rglob("*.h"):
        first = header.read_text().splitlines()[0]
        assert re.match(r"// (ESP-IDF components/|esp_tinyusb 2\.x |tinyusb src/|What ESP-IDF's build system makes)", first), header
        assert str(header.relative_to(DECLARATIONS)) in needed, header
