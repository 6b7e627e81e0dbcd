"""Where the installed package keeps what C++ programs need.

    cmake -Dp4jit_ROOT=$(python -m p4jit --prefix) …
    g++ -std=c++20 main.cpp $(PKG_CONFIG_PATH=$(python -m p4jit --pkgconfig-dir) pkg-config --cflags --libs p4jit)
"""

import argparse
import pathlib

from . import __version__


def main():
    folder = pathlib.Path(__file__).parent
    parser = argparse.ArgumentParser(prog="python -m p4jit", description="Where P4-JIT's C++ library is.")
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--prefix", action="store_const", dest="say", const=folder, help="for CMake: -Dp4jit_ROOT=…")
    group.add_argument(
        "--pkgconfig-dir", action="store_const", dest="say", const=folder / "lib" / "pkgconfig", help="for PKG_CONFIG_PATH"
    )
    group.add_argument("--version", action="version", version=f"p4jit {__version__}")
    print(parser.parse_args().say)


if __name__ == "__main__":
    main()
