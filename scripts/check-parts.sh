#!/bin/sh
# Parts of examples, read by programs that others wrote: admesh, prusa-slicer, lib3mf, ezdxf. What is not installed is left out and named.
# Usage: scripts/check-parts.sh [PROGRAM]     PROGRAM: elastrain, built from this tree if not given
set -eu
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
program=${1:-$dir/elastrain}
[ -x "$program" ] || go build -o "$program" ./cmd/elastrain
has() { command -v "$1" >/dev/null 2>&1 || { echo "left out: $1 is not installed"; return 1; }; }
fail() { echo "FAILED: $*"; exit 1; }

"$program" -q train examples/behaviour.yaml --out "$dir/run" >/dev/null
make() { # NAME SUBJECT FLAGS
	name=$1 subject=$2
	shift 2
	"$program" -q export "$subject" -o "$dir/$name.stl" "$@" >/dev/null
	"$program" -q export "$subject" -o "$dir/$name.3mf" "$@" >/dev/null
}
make plain "$dir/run"
make full "$dir/run" --fillet 0.5mm --pins 3mm --ears 2mm --dots 1.5mm --frame 5mm --feature 0.4mm
make round "$dir/run" --round
make frame examples/frame.yaml --fillet 1mm
make frame3d examples/frame3d.yaml
make truss3d examples/truss3d.yaml --young 2MPa

if has admesh; then
	for f in "$dir"/*.stl; do
		admesh -n -u -d -c "$f" >"$dir/log" || fail "admesh $f"
		for want in 'Total disconnected facets *: *0 ' 'Number of parts *: *1 ' 'Degenerate facets *: *0' 'Facets reversed *: *0' 'Backwards edges *: *0'; do
			grep -q "$want" "$dir/log" || { cat "$dir/log"; fail "admesh $f: not $want"; }
		done
		echo "admesh: $(basename "$f") closed, one part, $(grep -o 'Volume.*' "$dir/log")"
	done
	head -c 1000 "$dir/plain.stl" >"$dir/broken"
	if admesh "$dir/broken" >"$dir/log" 2>&1 && ! grep -q 'Total disconnected facets *: *[1-9]' "$dir/log"; then fail "admesh finds nothing wrong with a torn file"; fi
fi
if has prusa-slicer; then
	for f in "$dir"/*.stl "$dir"/*.3mf; do
		prusa-slicer --info "$f" >"$dir/log" 2>&1
		grep -q 'manifold = yes' "$dir/log" && grep -q 'number_of_parts = *1' "$dir/log" || { cat "$dir/log"; fail "prusa-slicer --info $f"; }
		echo "prusa-slicer: $(basename "$f") manifold, $(grep volume "$dir/log")"
	done
	for ending in stl 3mf; do
		head -c 900 "$dir/plain.$ending" >"$dir/torn.$ending"
		if prusa-slicer --info "$dir/torn.$ending" >"$dir/log" 2>&1 && grep -q 'manifold = yes' "$dir/log"; then fail "prusa-slicer finds nothing wrong with a torn .$ending"; fi
		rm "$dir/torn.$ending"
	done
	for name in plain full; do
		prusa-slicer --export-gcode --output "$dir/$name.gcode" "$dir/$name.stl" >"$dir/log" 2>&1 || { cat "$dir/log"; fail "slicing $name"; }
		if grep -i 'warn\|error' "$dir/log"; then fail "prusa-slicer warns of $name"; fi
		echo "prusa-slicer: $name sliced, $(grep 'filament used \[cm3\]' "$dir/$name.gcode")"
	done
fi
if has g++ && [ -d /usr/include/lib3mf ]; then
	g++ -I/usr/include/lib3mf scripts/read3mf.cpp -l3MF -o "$dir/read3mf"
	for f in "$dir"/*.3mf; do
		"$dir/read3mf" "$f" >"$dir/log" 2>&1 || { cat "$dir/log"; fail "lib3mf $f"; }
		echo "lib3mf: $(basename "$f") $(head -1 "$dir/log")"
	done
	head -c 900 "$dir/plain.3mf" >"$dir/broken.3mf"
	if "$dir/read3mf" "$dir/broken.3mf" >"$dir/log" 2>&1; then fail "lib3mf finds nothing wrong with a torn file"; fi
else
	echo "left out: lib3mf-dev or g++ is not installed"
fi
"$program" -q export "$dir/run" -o "$dir/plain.dxf" >/dev/null
"$program" -q export "$dir/run" -o "$dir/plain.svg" >/dev/null
if /usr/bin/python3 -c 'import ezdxf' 2>/dev/null; then
	/usr/bin/python3 - "$dir/plain.dxf" <<'P' || fail "ezdxf"
import sys, ezdxf
d = ezdxf.readfile(sys.argv[1])
assert not d.audit().has_errors
area = 0
for e in d.modelspace():
    assert e.dxftype() == "POLYLINE" and e.is_closed, e
    p = [v.dxf.location for v in e.vertices]
    a = sum(p[i - 1].x * p[i].y - p[i - 1].y * p[i].x for i in range(len(p))) / 2
    assert (a > 0) == (e.dxf.layer == "CUT"), (a, e.dxf.layer)
    area += a
print("ezdxf: no errors, %.4g mm2, times 2 mm %.5g mm3" % (area, 2 * area))
P
	head -c 900 "$dir/plain.dxf" >"$dir/torn.dxf"
	if /usr/bin/python3 -c 'import sys, ezdxf; ezdxf.readfile(sys.argv[1])' "$dir/torn.dxf" >"$dir/log" 2>&1; then fail "ezdxf finds nothing wrong with a torn file"; fi
else
	echo "left out: ezdxf is not installed"
fi
"$program" -q export examples/comb.yaml --as strips -o "$dir/comb.csv" >/dev/null
"$program" -q export "$dir/run" --as bonds -o "$dir/bonds.csv" >/dev/null
head -c 900 "$dir/plain.svg" >"$dir/torn.svg"
for reader in "xmllint --noout" "rsvg-convert -o $dir/drawn.png"; do
	has "${reader%% *}" || continue
	for f in "$dir/plain.svg" "$dir"/comb-strip-*.svg; do
		$reader "$f" || fail "$reader $f"
	done
	if $reader "$dir/torn.svg" >"$dir/log" 2>&1; then fail "${reader%% *} finds nothing wrong with a torn file"; fi
	echo "${reader%% *}: plain.svg and the strips of a comb"
done
if /usr/bin/python3 -c 'import pandas' 2>/dev/null; then
	/usr/bin/python3 - "$dir/bonds.csv" "$dir/comb.csv" <<'P' || fail "pandas"
import sys, pandas
for path in sys.argv[1:]:
    t = pandas.read_csv(path)
    assert len(t) > 10 and not t.columns.str.startswith("Unnamed").any(), t.columns
    print("pandas: %s, %d rows" % (path.split("/")[-1], len(t)))
P
else
	echo "left out: pandas is not installed"
fi
