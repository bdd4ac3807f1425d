#!/usr/bin/env bash
# W1 to W4 in trsim beside SimPy, Ciw and, if LIMIT names its program, the limit kernel.
# Options are those of compare.py: `benches/peers/run.sh --help`.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=target/peers-venv
pinned=benches/peers/requirements.txt
if ! cmp -s "$pinned" "$venv/made-from.txt"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$pinned"
    cp "$pinned" "$venv/made-from.txt"
fi
PYTHONPATH=benches exec "$venv/bin/python" benches/peers/compare.py "$@"
