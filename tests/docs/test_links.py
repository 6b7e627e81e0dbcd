"""Links between the pages: each leads somewhere, and each page of docs/ is led to."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[2]
OTHERS = {"build", "dist", "node_modules"}
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")


def pages():
    for path in sorted(ROOT.rglob("*.md")):
        folders = path.relative_to(ROOT).parts[:-1]
        if not OTHERS & set(folders) and not any(name.startswith(".") for name in folders):
            yield path


PAGES = list(pages())
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def links(page):
    """Relative links of a page: (file, anchor)."""
    for target in LINK.findall(CODE.sub("", page.read_text())):
        if not re.match(r"[a-z]+:", target):
            name, _, anchor = target.partition("#")
            yield (page.parent / name).resolve() if name else page, anchor


def anchors(page):
    """What GitHub makes of headings: lower case, blanks to dashes, punctuation gone."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for heading in re.findall(r"^#+ +(.*?)\s*$", text, re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_links_are_found_outside_of_code_only(tmp_path):
    page = tmp_path / "a.md"
    page.write_text(
        "# The `One`: two\n[x](b.md#c), ![y](d/e.png), [z](https://f), `[q](r)`\n"
        "```\n[s](t)\n```\n[u](#the-one-two)\n"
    )
    assert list(links(page)) == [(tmp_path / "b.md", "c"), (tmp_path / "d/e.png", ""), (page, "the-one-two")]
    assert list(anchors(page)) == ["the-one-two"]


@each_page
def test_every_relative_link_leads_somewhere(page):
    wrong = []
    for target, anchor in links(page):
        if not target.exists():
            wrong.append(f"{target} does not exist")
        elif ROOT != target and ROOT not in target.parents:
            wrong.append(f"{target} is outside of the project")
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            wrong.append(f"{target} has no heading #{anchor}")
    assert not wrong


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_every_page_of_docs_is_linked_from_another(page):
    assert any(target == page for other in PAGES if other != page for target, _ in links(other))
