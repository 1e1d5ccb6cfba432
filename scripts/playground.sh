#!/usr/bin/env bash
# Makes docs/playground.html: Iris as trained, the left/right behaviour at its start, and an auxetic cell as trained, in one page that opens from
# disk. To be made again after a change of the page or the engine (make page, scripts/engine.sh), when all else is committed: it has 5.5 MB.
#   scripts/playground.sh [FILE]        $ELASTRAIN: the program; else it is built
# The same program makes the same page, byte for byte. studio/web/test/playground.test.mjs opens it, solves and retrains.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-docs/playground.html}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/elastrain-playground.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
elastrain=${ELASTRAIN:-$scratch/elastrain}
[ -n "${ELASTRAIN:-}" ] || go build -buildvcs=false -o "$elastrain" ./cmd/elastrain
for name in iris cell; do
	"$elastrain" -q train "examples/$name.yaml" --no-figures --out "$scratch/$name" >/dev/null
done
"$elastrain" share "$scratch/iris" examples/left-right.yaml "$scratch/cell" -o "$out"
