"""docs/lint.md has a section for every rule of spec/lint.def, of the same severity, and no other."""

import pathlib
import re

ROOT = pathlib.Path(__file__).parents[2]


def rules():
    """{name: severity} of the rows."""
    rows = (ROOT / "spec/lint.def").read_text()
    return dict(re.findall(r'^LINT_RULE\(\w+,\s*"([\w-]+)",\s*(\w+),', rows, re.MULTILINE))


def sections():
    """{name: text} of the page."""
    pieces = re.split(r"^### ([\w-]+)$", (ROOT / "docs/lint.md").read_text(), flags=re.MULTILINE)
    return {name: text.split("\n## ")[0].strip() for name, text in zip(pieces[1::2], pieces[2::2])}


def test_every_rule_has_a_section_and_every_section_is_a_rule():
    assert len(rules()) > 10
    assert sections().keys() == rules().keys()


def test_the_sections_of_notes_say_so():
    for name, text in sections().items():
        assert text.startswith("A note:") == (rules()[name] == "note"), name


def test_every_section_tells_a_cure_and_shows_an_example():
    for name, text in sections().items():
        assert "Cure:" in text, name
        assert name == "loop-last-access" or re.search(r"^    \S", text, re.MULTILINE), name


def test_every_rule_is_tested():
    tests = (ROOT / "src/p4jit/lint/lint.test.cpp").read_text()
    for name in rules():
        assert f'TEST_CASE("{name}' in tests or f"and {name}" in tests, name
