"""The links between pages lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    path
    for path in sorted(ROOT.rglob("*.md"))
    if not {"build", ".venv", "dist", "node_modules"} & set(path.relative_to(ROOT).parts)
]


def links(page):
    """Relative links, without code blocks."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"`[^`\n]*`", "", text)
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for link in links(page):
        target = link.split("#")[0]
        assert not target or (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {link}"


def test_every_page_of_docs_is_in_its_index():
    folder = ROOT / "docs"
    named = {(folder / link).resolve() for link in links(folder / "README.md")}
    missing = [page.name for page in folder.glob("*.md") if page.name != "README.md" and page.resolve() not in named]
    assert not missing
