"""Boards for the tests of kernels; how many data sets were compared."""
import pytest

from boards import Board


@pytest.fixture(scope="session")
def boards(own_cache):
    """The board for a way, made when first asked for. At the end: what was compared on it."""
    made = {}

    def board(way):
        if way not in made:
            made[way] = Board(way)
        return made[way]

    yield board
    for way, each in made.items():
        print(f"\n{way}: {len(each.compared)} vector kernels, {sum(each.compared.values())} data sets equal to C")
        for name, count in sorted(each.compared.items()):
            print(f"  {name:24} {count:6}")
