#!/bin/sh
# Makes or renews the project's environment, with nothing on the machine but Python >= 3.11.
# Arguments go to `uv sync`. Honours VENV (the environment's folder) and PYTHON (the interpreter to use).
set -eu

venv=${VENV:-.venv}
export UV_PROJECT_ENVIRONMENT="$venv" UV_PYTHON_DOWNLOADS=never
unset VIRTUAL_ENV # another environment that happens to be active is not ours

fail() {
    echo "setup: $1" >&2
    exit 1
}

# Tried by running it: a pyenv shim stands on PATH even for a version that isn't there.
suits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        suits "$PYTHON" || fail "PYTHON=$PYTHON does not run, or is older than 3.11."
        echo "$PYTHON"
        return
    fi
    for candidate in "$venv/bin/python" python3 python3.13 python3.12 python3.11; do
        if suits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    fail "no Python >= 3.11 found. Install one, or name it: make setup PYTHON=/path/to/python3"
}

# `uv cache dir` changes nothing, yet refuses when this uv is older than pyproject.toml asks for.
usable() {
    "$1" cache dir >/dev/null 2>&1
}

same_version() {
    [ "$("$1" --version 2>&1)" = "$("$2" --version 2>&1)" ]
}

make_environment() {
    "$1" -c 'import venv, ensurepip' 2>/dev/null ||
        fail "$1 can't make virtual environments. On Debian and Ubuntu: apt install $("$1" -c \
            'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    "$1" -m venv --clear "$venv"
}

fetch_uv() {
    echo "setup: no usable uv on PATH, fetching one into $venv"
    same_version "$1" "$venv/bin/python" || make_environment "$1"
    # An environment that uv once made has no pip.
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip >/dev/null
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "uv>=0.9"
}

python=$(find_python)
if usable "$venv/bin/uv" && same_version "$python" "$venv/bin/python"; then
    uv=$venv/bin/uv
elif usable uv; then
    uv=uv
else
    fetch_uv "$python"
    uv=$venv/bin/uv
fi
[ "$uv" = uv ] || python=$venv/bin/python

# --inexact leaves the fetched uv in place, and the development tools when only the runtime is asked for.
"$uv" sync --locked --inexact --python "$python" "$@"
