#!/usr/bin/env bash
# Builds the engine of the studio for browsers: OUT/engine.wasm.gz and OUT/engine.json, which says of what it was made.
# The same sources and version of Go give the same WebAssembly, byte for byte.   scripts/engine.sh [OUT]
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-studio/page}
mkdir -p "$out"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/elastrain-engine.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
version=$(sed -n 's/^var Version = "\(.*\)"$/\1/p' run/environment.go)
CGO_ENABLED=0 GOFLAGS=-buildvcs=false GOOS=js GOARCH=wasm GOWASM= go build -trimpath -ldflags="-s -w -X main.version=$version" -o "$scratch/engine.wasm" ./studio/engine/wasm
gzip -9 -n -c "$scratch/engine.wasm" >"$scratch/engine.wasm.gz"
if command -v sha256sum >/dev/null 2>&1; then sum=$(sha256sum "$scratch/engine.wasm"); else sum=$(shasum -a 256 "$scratch/engine.wasm"); fi
printf '{"go": "%s", "sha256": "%s", "bytes": %d}\n' "$(go env GOVERSION)" "${sum%% *}" "$(wc -c <"$scratch/engine.wasm")" >"$scratch/engine.json"
mv "$scratch/engine.wasm.gz" "$scratch/engine.json" "$out/"
cat "$out/engine.json"
