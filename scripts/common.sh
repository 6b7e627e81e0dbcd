# What scripts/demo and scripts/test share: packages, the virtual environment,
# the installed Python package. Sourced by them, from the project's folder.
set -euo pipefail

step=""
say() {
    step=$1
    printf '\n== %s\n' "$1"
}

trap 'status=$?; [ $status -eq 0 ] || printf "\n%s failed at: %s\n%s\n" "$0" "$step" "${cure:-Read the last lines above; run it again when that is mended.}" >&2' EXIT

build_packages=(g++ cmake ninja-build ccache git libfmt-dev libcli11-dev nlohmann-json3-dev libxxhash-dev zlib1g-dev
    gcc-riscv64-unknown-elf binutils-riscv64-unknown-elf picolibc-riscv64-unknown-elf python3 python3-venv python3-dev)
test_packages=(doctest-dev qemu-system-misc clang-19 lld-19 binutils elfutils)

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
    echo "installing: ${missing[*]}"
    cure="Install them by hand: apt-get install ${missing[*]}"
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

# Shows the lines of a build that tell how far it is, and keeps all of them.
show_progress() {
    local log=$1
    mkdir -p "$(dirname "$log")"
    cure="The whole output is in $log."
    tee "$log" | grep --line-buffered -oE '^ *\[[0-9]+/[0-9]+\].{0,90}|(error|FAILED).*' |
        { if [ -t 1 ]; then sed -u 's/.*/\r\x1b[K&/' | tr -d '\n'; echo; else awk 'NR % 25 == 1 || /error|FAILED/ { print; fflush() }'; fi; } || true
    cure=""
}

# A Python of its own in .venv, with the packages named.
make_venv() {
    [ -x .venv/bin/python ] || python3 -m venv .venv
    local wanted="$*"
    if [ "$(cat .venv/packages 2>/dev/null)" != "$wanted" ]; then
        echo "installing: $wanted"
        .venv/bin/pip install --quiet --disable-pip-version-check "$@"
        echo "$wanted" >.venv/packages
    else
        echo "all there"
    fi
}

# Installs the package p4jit in .venv, if anything it is made of has changed.
install_p4jit() {
    local stamp=.venv/installed
    if [ -e $stamp ] && [ -z "$(find src spec python/bind python/p4jit cli firmware cmake CMakeLists.txt pyproject.toml -newer $stamp -print -quit)" ]; then
        echo "up to date"
        return
    fi
    echo "compiling; a few minutes the first time"
    touch .venv/started
    .venv/bin/pip install -v --disable-pip-version-check --no-build-isolation --no-deps . 2>&1 | show_progress build/wheel.log
    mv .venv/started $stamp
}
