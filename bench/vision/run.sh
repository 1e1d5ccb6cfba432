#!/bin/sh
# Renders 540 photographs of lattices, reads them with Elastrain and with OpenCV,
# and prints how far the marks were from the truth. Needs Go, and a python3 with
# cv2 and numpy (Debian: python3-opencv). Arguments go to bench/vision, for instance:
# bench/vision/run.sh -n 4 -class oblique
set -e
cd "$(dirname "$0")/../.."
data=$(mktemp -d "${TMPDIR:-/tmp}/elastrain-vision.XXXXXX")
trap 'rm -rf "$data"' EXIT
export CGO_ENABLED=0
go run ./bench/vision -out "$data" "$@"
"${PYTHON:-python3}" bench/vision/peers/opencv.py "$data" || echo "OpenCV is left out" >&2
go run ./bench/vision -table "$data"
