#!/usr/bin/env bash
# Plants each fault of tests/independent/faults in a scratch copy and tells after how many random
# sequences the independent machine finds it. By hand: bash tests/independent/faults.sh [FAULT...]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$root/target/faults}"
export PROPTEST_CASES="${PROPTEST_CASES:-20000}" PROPTEST_MAX_SHRINK_ITERS=0 RUST_BACKTRACE=0

mkdir "$scratch/copy"
tar -C "$root" --exclude=./target --exclude=./.git -cf - . | tar -C "$scratch/copy" -xf -
cd "$scratch/copy"

found=0 planted=0
for patch in "$here"/faults/*.patch; do
    name=$(basename "$patch" .patch)
    if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
    planted=$((planted + 1))
    patch --quiet -p1 < "$patch"
    cargo test --quiet --release --test independent --no-run
    if said=$(cargo test --quiet --release --test independent same_story 2>&1); then
        echo "$name: not found in $PROPTEST_CASES sequences"
    else
        echo "$name: $(grep -o -m1 'after [0-9]* sequences' <<< "$said")"
        found=$((found + 1))
    fi
    patch --quiet -R -p1 < "$patch"
done
echo "$found of $planted"
[ "$found" -eq "$planted" ]
