#!/usr/bin/env bash
# Builds the Python wheel that carries the program: scripts/build-wheel.sh [DIR], for GOOS and GOARCH (by default this machine's).
# It needs Go and a Python of 3.9 or later, and no network but for Go modules.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p "${1:-dist}"
out=$(cd "${1:-dist}" && pwd)
os=${GOOS:-$(go env GOOS)} arch=${GOARCH:-$(go env GOARCH)}
case $os/$arch in
linux/amd64) platform=manylinux2014_x86_64.musllinux_1_1_x86_64 ;; # static: any C library will do
linux/arm64) platform=manylinux2014_aarch64.musllinux_1_1_aarch64 ;;
darwin/amd64) platform=macosx_12_0_x86_64 ;;
darwin/arm64) platform=macosx_12_0_arm64 ;;
windows/amd64) platform=win_amd64 ;;
windows/arm64) platform=win_arm64 ;;
*)
	echo "no platform tag is known for $os/$arch: add it to $0" >&2
	exit 2
	;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
program=$work/elastrain
[ "$os" != windows ] || program=$program.exe
CGO_ENABLED=0 GOOS=$os GOARCH=$arch go build -trimpath -ldflags "-s -w" -o "$program" ./cmd/elastrain
ELASTRAIN_BUNDLE=$program ELASTRAIN_PLATFORM=$platform "${PYTHON:-python3}" python/build_backend.py "$out"
