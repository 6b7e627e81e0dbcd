# What scripts/demo and scripts/test share: packages, the virtual environment,
# the installed Python package. Sourced by them, from the project's folder.
set -euo pipefail

step="" cure=""
say() {
    step=$1
    printf '\n== %s\n' "$1"
}

trap 'status=$?; [ $status -eq 0 ] || printf "\n%s failed at: %s\n%s\n" "$0" "$step" "${cure:-Read the last lines above; run it again when that is mended.}" >&2' EXIT

build_packages=(g++ cmake ninja-build ccache git libfmt-dev libcli11-dev nlohmann-json3-dev libxxhash-dev zlib1g-dev
    gcc-riscv64-unknown-elf binutils-riscv64-unknown-elf picolibc-riscv64-unknown-elf python3 python3-venv python3-dev)
test_packages=(doctest-dev qemu-system-misc clang-19 lld-19 binutils elfutils pkg-config)

# Installs those Debian packages that are missing.
install_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        echo "all there"
        return
    fi
    if ! command -v apt-get >/dev/null; then
        echo "This is no Debian. What these packages have must be here already:"
        echo "${missing[*]}"
        return
    fi
    echo "installing: ${missing[*]}"
    cure="Install them by hand, as root: apt-get install ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Installing Debian packages needs root or sudo." >&2
            exit 1
        fi
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    cure=""
}

# Runs a build. Shows how far it is, keeps all it says in a file, and if it
# fails, shows what the compiler said: run_build <log> <command>...
run_build() {
    local log=$1
    shift
    mkdir -p "$(dirname "$log")"
    if "$@" 2>&1 | tee "$log" | show_progress; then return; fi
    grep -E -m 15 -A 3 '(^|[ :])(fatal )?error:|undefined reference|multiple definition|^ *CMake Error|^ *ninja: error' "$log" ||
        tail -n 20 "$log"
    cure="The whole output is in $log."
    return 1
}

# Of ninja's lines "[12/222] ...": all of them, in one place, on a terminal;
# else every 25th.
show_progress() {
    local line number=0
    while IFS= read -r line; do
        [[ $line =~ ^\ *(\[[0-9]+/[0-9]+\].*) ]] || continue
        line=${BASH_REMATCH[1]}
        if [ -t 1 ]; then
            printf '\r\033[K%s' "${line:0:78}"
        elif ((number % 25 == 0)); then
            printf '%s\n' "${line:0:78}"
        fi
        number=$((number + 1))
    done
    if [ -t 1 ] && [ $number -gt 0 ]; then echo; fi
}

# A Python of its own in .venv, with the packages named.
make_venv() {
    # Also one whose making was cut short, or whose Python is gone.
    .venv/bin/python -c 'import pip' 2>/dev/null || python3 -m venv --clear .venv
    local missing=() package
    for package in "$@"; do
        grep -qxF "$package" .venv/packages 2>/dev/null || missing+=("$package")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        echo "all there"
        return
    fi
    echo "installing: ${missing[*]}"
    cure="It needs the network: pip fetches these from PyPI."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "${missing[@]}"
    printf '%s\n' "${missing[@]}" >>.venv/packages
    cure=""
}

# .venv/numpy1: a Python that has NumPy 1.26, and everything else from .venv.
make_numpy1_venv() {
    local venv=.venv/numpy1
    if "$venv/bin/python" -c 'import numpy; assert numpy.__version__.startswith("1.26.")' 2>/dev/null; then
        echo "all there"
        return
    fi
    cure="It needs the network: pip fetches NumPy from PyPI."
    .venv/bin/python -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check 'numpy==1.26.*'
    local others=(.venv/lib/python*/site-packages)
    # Searched behind its own.
    realpath "${others[0]}" >"$(echo "$venv"/lib/python*/site-packages)/others.pth"
    cure=""
}

# Installs the package p4jit in .venv, if anything it is made of has changed.
install_p4jit() {
    local stamp=.venv/installed
    local made_of=(src spec cli firmware kernel cmake CMakeLists.txt pyproject.toml python/bind python/p4jit python/CMakeLists.txt)
    if [ -e $stamp ] && [ -z "$(find "${made_of[@]}" -name __pycache__ -prune -o -newer $stamp -print -quit)" ]; then
        echo "up to date"
        return
    fi
    echo "compiling; a few minutes the first time"
    touch .venv/started
    run_build build/wheel.log .venv/bin/python -m pip install -v --disable-pip-version-check --no-build-isolation --no-deps .
    mv .venv/started $stamp
}

# What the doctest programs of the last ctest run have counted.
count_test_cases() {
    awk '/^\[doctest\] test cases:/ { programs++; cases += $4; passed += $6 }
         /^\[doctest\] assertions:/ { assertions += $3 }
         END { printf "%d programs, %d test cases (%d passed), %.0f assertions\n", programs, cases, passed, assertions }' "$1"
}
