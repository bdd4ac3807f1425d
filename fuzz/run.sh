#!/usr/bin/env bash
# Fuzzes all four targets, each for SECONDS (60), and says what became of it:
#     fuzz/run.sh [SECONDS] [TARGET ...]
# Needs a nightly toolchain and `cargo install cargo-fuzz`. With TASKROUTER_SHARED the documents of
# $TASKROUTER_SHARED/corpus are seeds too; they stay out of the repository.
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(expression workflow scenario commands)

# There is no unsafe code, and without a sanitizer runs are several times faster.
build=(--release --sanitizer none --fuzz-dir .)
cargo +nightly fuzz build "${build[@]}"

seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
mkdir "$seeds"/{expression,workflow,scenario,commands}
cp ../scenarios/*.toml "$seeds/scenario"
cp ../scenarios/exported/*.json "$seeds/workflow"
# The expressions of the tests' tables: the fourth column without its verdict.
sed -nE 's/^[a-z_]+ \| .* \| (.*) = (true|false|error)$/\1/p' ../tests/expressions/*.txt |
    awk -v to="$seeds/expression/" '{ printf "%s", $0 > (to NR); close(to NR) }'
if [ -n "${TASKROUTER_SHARED:-}" ]; then
    find "$TASKROUTER_SHARED/corpus" -name '*.json' -exec cp {} "$seeds/workflow" \;
fi

failed=0
for target in "${targets[@]}"; do
    corpus=corpus/$target
    mkdir -p "$corpus" "artifacts/$target"
    options=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -print_final_stats=1)
    [ ! -f "dictionaries/$target" ] || options+=(-dict="dictionaries/$target")
    log=$seeds/$target.log
    status=0
    cargo +nightly fuzz run "${build[@]}" "$target" "$corpus" "seeds/$target" "$seeds/$target" \
        -- "${options[@]}" 2>"$log" || status=$?
    runs=$(sed -nE 's/^stat::number_of_executed_units: *//p' "$log")
    reached=$(grep -oE 'cov: [0-9]+ ft: [0-9]+' "$log" | tail -1 || true)
    printf '%-10s runs: %s, %s, exit status %s\n' "$target" "${runs:-?}" "${reached:-?}" "$status"
    if [ "$status" -ne 0 ]; then
        failed=1
        tail -n 40 "$log"
    fi
done
exit "$failed"
