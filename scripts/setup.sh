#!/bin/sh
# Makes .venv with all that a word of the Makefile needs, and looks after the sound of this machine.
#
#   scripts/setup.sh demo    what plays the game
#   scripts/setup.sh test    that, what trains, and what checks
#
# Asks nothing, does nothing twice, and repairs what an interrupted run has left half-made.
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
    demo) extras=demo ;;
    test) extras=demo,export,test ;;
    *) echo "usage: scripts/setup.sh demo|test" >&2; exit 2 ;;
esac
venv=.venv
python=$venv/bin/python

say() { echo "setup: $*" >&2; }
fail() { say "$@"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# --- packages of the system ---------------------------------------------------------------------

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif has sudo && [ -t 0 ]; then
        sudo "$@"
    else
        # Nobody is there to type a password.
        sudo -n "$@"
    fi
}

apt_install() {
    say "installing $* (apt)"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

# A machine that is fresh from its image has no lists of packages; others need no new ones.
apt_install_or_update() {
    apt_install "$@" && return
    say "refreshing the lists of packages (apt)"
    as_root apt-get update -qq </dev/null && apt_install "$@"
}

# --- Python -------------------------------------------------------------------------------------

is_suitable() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
        if has "$candidate" && is_suitable "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    fail "no Python 3.11, 3.12 or 3.13 was found; install one (Debian, Ubuntu: sudo apt-get install python3;" \
        "macOS: brew install python@3.13) or name it: PYTHON=/path/to/python make $extras"
}

make_venv() {
    base=$(find_python)
    if ! "$base" -c 'import ensurepip, venv' 2>/dev/null; then
        # Debian keeps venv in a package of its own.
        version=$("$base" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        if ! has apt-get || ! apt_install_or_update "python$version-venv"; then
            fail "$base has no venv module; install it (Debian, Ubuntu: sudo apt-get install python$version-venv)"
        fi
    fi
    say "making $venv with $base"
    "$base" -m venv --clear "$venv"
}

# What was installed is good as long as these stay the same; a moved folder breaks a venv.
fingerprint() {
    { cat pyproject.toml; pwd; "$python" -VV; } | cksum
}

install_packages() {
    stamp=$venv/.barwise-$1
    now=$(fingerprint)
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
        return
    fi
    say "installing Python packages ($extras); the first time takes a minute or more"
    "$python" -m pip install --quiet --disable-pip-version-check -e ".[$extras]" </dev/null ||
        fail "pip could not install the Python packages; its words above say why, and a second try goes on from here"
    echo "$now" >"$stamp"
}

# --- sound --------------------------------------------------------------------------------------

# The installation has made the house SoundFont; it is made again when its sources have changed.
make_soundfont() {
    "$python" -m soundfonts.placing >&2 || say "the house SoundFont could not be made; its words above say why"
}

lacks() { ! "$python" -c "$1" >/dev/null 2>&1; }

install_sound() {
    lacks 'from barwise.playing.synth import describe_library; describe_library()' || return 0
    if has apt-get; then
        apt_install_or_update libfluidsynth3 && return
    elif has brew; then
        say "installing fluid-synth (brew)"
        brew install fluid-synth </dev/null && return
    fi
    say "going on without sound; '$venv/bin/barwise doctor' tells what is missing and how to get it"
}

# A venv that an interrupted run has left may have a python that does not start or has no pip.
if [ ! -x "$python" ] || ! is_suitable "$python" || ! "$python" -m pip --version >/dev/null 2>&1; then
    make_venv
fi
install_packages "$1"
make_soundfont
install_sound
