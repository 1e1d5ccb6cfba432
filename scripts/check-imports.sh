#!/usr/bin/env bash
# Reads files that programs of others write, each of one network, and compares what is read with it. What is not installed is left
# out and said; Debian has it: apt-get install python3-numpy python3-scipy python3-pandas python3-meshio python3-networkx python3-ezdxf octave gmsh lammps.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-/usr/bin/python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/elastrain" ./cmd/elastrain
write="$PWD/scripts/write-import.py"
cd "$work"
failed=0 done=0 left=0

spec() { # spec NETWORK: an experiment of it
	printf 'elastrain: 1\nnetwork: {%s}\nbonds: {stiffness: 1..1000 N/m}\nsupports: {pinned: {y: -1..0.5 m}}\ntask:\n  kind: behaviour\n  cases:\n    - push: [{node: {near: [3 m, 4 m]}, along: x, force: 1 mN}]\n      want: [{node: {near: [4 m, 3 m]}, along: y, move: 0.1 mm}]\n' "$1" >s.yaml
}

# reads WHAT NETWORK RELATIVE [bare]: what is read of the network is the one that was written.
reads() {
	local what=$1 code=0
	spec "$2"
	./elastrain export -q s.yaml -o got.npz >said 2>&1 && $python "$write" compare got.npz "$3" ${4:-} >>said 2>&1 || code=$?
	done=$((done + 1))
	if [ $code != 0 ]; then
		echo "FAILED: $what"
		tail -5 said
		failed=1
	fi
}

# by PROGRAM FILE RELATIVE [bare]: a file that a Python package writes; its first half is refused.
by() {
	local code=0
	$python "$write" "$1" "$2" >said 2>&1 || code=$?
	if [ $code = 77 ]; then
		echo "left out: $1: $(tail -1 said)"
		left=$((left + 1))
		return
	fi
	if [ $code != 0 ]; then
		echo "FAILED: $1 did not write"
		tail -3 said
		failed=1
		return
	fi
	reads "$1" "file: $2, unit: m" "$3" ${4:-}
	head -c $(($(stat -c %s "$2") / 2)) "$2" >"broken.${2##*.}"
	spec "file: broken.${2##*.}, unit: m"
	done=$((done + 1))
	if ./elastrain check -q s.yaml >said 2>&1 || ! grep -q 'error\[E' said; then
		echo "FAILED: the first half of a file of $1 is read"
		failed=1
	fi
}

there() {
	command -v "$1" >/dev/null && return
	echo "left out: $1 is not installed"
	left=$((left + 1))
	return 1
}

by meshio-gmsh22-text a.msh 1e-12 bare
by meshio-gmsh22-binary b.msh 1e-12 bare
by meshio-gmsh-text c.msh 1e-12 bare
by meshio-gmsh-binary d.msh 1e-12 bare
by abaqus a.inp 1e-12 bare
by networkx-graphml a.graphml 1e-12
by networkx-json a.json 1e-12
by ezdxf-R12 a.dxf 1e-12 bare
by scipy a.mat 1e-12
by scipy-compressed b.mat 1e-12
by numpy a.npz 1e-12
if $python "$write" ezdxf-R2010 m.dxf >said 2>&1; then
	reads "ezdxf, which says metres" "file: m.dxf" 1e-12 bare
fi
if $python "$write" pandas a >said 2>&1; then
	reads "tables of pandas, decimal commas and UTF-16" "nodes: a-nodes.csv, bonds: a-bonds.csv" 1e-12
fi
if [ -e a.mat ] && there octave; then
	octave --no-gui --norc --quiet --eval "load('a.mat'); save('-v7', 'octave.mat', 'nodes', 'bonds', 'k')"
	reads "Octave" "file: octave.mat, unit: m" 1e-12
fi
if [ -e a.msh ] && there gmsh; then
	gmsh -v 0 a.msh -save -format msh41 -o gmsh41.msh >/dev/null
	reads "Gmsh, version 4.1" "file: gmsh41.msh, unit: m" 1e-12 bare
	gmsh -v 0 a.msh -save -bin -format msh41 -o gmsh41b.msh >/dev/null
	reads "Gmsh, version 4.1, binary" "file: gmsh41b.msh, unit: m" 1e-12 bare
	gmsh -v 0 a.msh -save -bin -format msh22 -o gmsh22b.msh >/dev/null
	reads "Gmsh, version 2.2, binary" "file: gmsh22b.msh, unit: m" 1e-12 bare
	# A plate as Gmsh meshes it, with the lines around it: nodes + triangles - 1 edges, by Euler.
	printf 'SetFactory("OpenCASCADE");\nRectangle(1) = {0, 0, 0, 8, 5};\nPhysical Curve("bottom") = {1};\nPhysical Surface("plate") = {1};\n' >plate.geo
	for ending in msh inp; do
		gmsh -v 0 -2 -clmax 1 -o plate.$ending plate.geo >/dev/null
		spec "file: plate.$ending, unit: m"
		sed -i 's/pinned: .*/pinned: bottom}/' s.yaml
		./elastrain check s.yaml >said 2>&1 || true
		done=$((done + 1))
		faces=$(sed -n 's/.*bodies of the file (\([0-9]*\) of them).*/\1/p' said)
		if ! grep -q "^network" said || [ "$(awk '/^network/ {print $7 - $2 + 1}' said)" != "$faces" ]; then
			echo "FAILED: a plate of Gmsh (.$ending)"
			tail -5 said
			failed=1
		fi
	done
fi
lammps=$(command -v lmp || command -v lammps || true)
if [ -e a.npz ] && [ -n "$lammps" ]; then
	spec "file: a.npz, unit: m"
	./elastrain export -q s.yaml -o ours.data >/dev/null 2>&1
	sed '/^Loads/,$d' ours.data >plain.data
	printf 'units si\ndimension 2\nboundary f f p\natom_style bond\nbond_style harmonic\ncomm_modify cutoff 5\nread_data plain.data\nwrite_data theirs.data\n' >write.in
	$lammps -in write.in -log none -screen none
	reads "LAMMPS (write_data)" "file: theirs.data, unit: m, stiffness_unit: N/m" 1e-5
else
	echo "left out: LAMMPS is not installed"
	left=$((left + 1))
fi
echo "$done checks, $left left out"
exit $failed
