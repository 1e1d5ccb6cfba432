#!/usr/bin/env bash
# Opens what `elastrain export` writes with programs that others wrote, each on a good file and on one that is cut off.
# What is not installed is left out and said; Debian has it: apt-get install python3-numpy python3-scipy python3-pandas python3-vtk9
# python3-meshio python3-networkx octave gmsh calculix-ccx lammps assimp-utils qpdf poppler-utils protobuf-compiler. Khronos's validator of glTF is of npm: npm install gltf-validator, and its folder in GLTF_VALIDATOR.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-/usr/bin/python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/elastrain" ./cmd/elastrain
open="$PWD/scripts/open-export.py"
open3="$PWD/scripts/validate-glb.js"
examples="$PWD/examples"
cd "$work"
failed=0 done=0 left=0

# check WHAT 0|1 COMMAND...: the command ends so, where 1 stands for any failure; 77 says that it is not installed.
check() {
	local what=$1 want=$2 code=0
	shift 2
	"$@" >said 2>&1 || code=$?
	if [ $code = 77 ]; then
		echo "left out: $what: $(tail -1 said)"
		left=$((left + 1))
		return
	fi
	[ $code = 0 ] || code=1
	done=$((done + 1))
	if [ $code != "$want" ]; then
		echo "FAILED: $what: ended with $code, want $want"
		tail -5 said
		failed=1
	fi
}

# there PROGRAM: whether it is installed.
there() {
	command -v "$1" >/dev/null && return
	echo "left out: $1 is not installed"
	left=$((left + 1))
	return 1
}

# cut FILE: its first half, as broken.ENDING.
cut() { head -c $(($(stat -c %s "$1") / 2)) "$1" >"broken.${1##*.}"; }

./elastrain train -q "$examples/behaviour.yaml" learn.epochs=20 --no-figures --out trained >/dev/null
for name in trained behaviour iris frame frame3d angles fold flow cell geometry rest-length truss3d chain xor; do
	subject=$examples/$name.yaml
	[ -e "$subject" ] || subject=$name
	for ending in npz mat vtu pvd glb graphml msh; do
		./elastrain export -q "$subject" -o "$name.$ending" >/dev/null
	done
	check "$name.npz in NumPy" 0 $python "$open" numpy "$name.npz"
	check "$name.mat in SciPy" 0 $python "$open" scipy "$name.mat"
	check "$name.mat is $name.npz" 0 $python "$open" same "$name.mat"
	check "$name.vtu in VTK" 0 $python "$open" vtk "$name.vtu"
	check "$name.vtu in meshio" 0 $python "$open" meshio "$name.vtu"
	check "$name.pvd in VTK" 0 $python "$open" pvd "$name.pvd"
	check "$name.glb by the letter of glTF" 0 $python "$open" gltf "$name.glb"
	check "$name.graphml in NetworkX" 0 $python "$open" networkx "$name.graphml"
done
./elastrain export -q trained -o film.pvd --series epochs >/dev/null
check "film.pvd in VTK" 0 $python "$open" pvd film.pvd
./elastrain export -q trained -o trained.csv >/dev/null
check "trained.csv in pandas" 0 $python "$open" pandas trained.csv
for pair in npz:numpy mat:scipy vtu:vtk vtu:meshio graphml:networkx glb:gltf; do
	ending=${pair%:*}
	cut "trained.$ending"
	check "a broken .$ending in ${pair#*:}" 1 $python "$open" "${pair#*:}" "broken.$ending"
done
if there octave; then
	rest="d = load('trained.mat'); r = d.C' * d.force'; assert(columns(d.C) == numel(r)); assert(issparse(d.C)); assert(islogical(d.held)); assert(iscellstr(d.input_names))"
	check "trained.mat in Octave" 0 octave --no-gui --norc --quiet --eval "$rest"
	check "a broken .mat in Octave" 1 octave --no-gui --norc --quiet --eval "load('broken.mat')"
fi
if there gmsh; then
	for name in trained iris frame cell chain; do
		check "$name.msh in Gmsh" 0 gmsh -check "$name.msh"
	done
	cut trained.msh
	check "a broken .msh in Gmsh" 1 gmsh -check broken.msh
fi
check "trained.msh in meshio" 0 $python "$open" meshio trained.msh
if there assimp; then
	check "trained.glb in Assimp" 0 assimp info trained.glb
	check "a broken .glb in Assimp" 1 assimp info broken.glb
fi
if [ -d "${GLTF_VALIDATOR:-}" ]; then # the folder node_modules/gltf-validator, of npm
	for name in trained iris frame3d xor; do
		check "$name.glb in Khronos's validator" 0 node "$open3" "$GLTF_VALIDATOR" "$name.glb"
	done
	check "a broken .glb in Khronos's validator" 1 node "$open3" "$GLTF_VALIDATOR" broken.glb
else
	echo "left out: GLTF_VALIDATOR names no folder"
	left=$((left + 1))
fi
if there protoc; then
	./elastrain follow -q trained --once --tensorboard boards >/dev/null
	cp boards/trained/events.out.tfevents.* trained.tfevents
	check "trained.tfevents in protoc" 0 $python "$open" tfevents trained.tfevents
	cut trained.tfevents
	check "a broken .tfevents in protoc" 1 $python "$open" tfevents broken.tfevents
fi
if there qpdf; then
	for name in trained behaviour iris frame3d xor; do
		subject=$examples/$name.yaml
		[ -e "$subject" ] || subject=$name
		./elastrain export -q "$subject" -o "$name.pdf" >/dev/null
		check "$name.pdf in qpdf" 0 qpdf --check "$name.pdf"
	done
	cut trained.pdf
	check "a broken .pdf in qpdf" 1 qpdf --check broken.pdf
fi
if there pdftotext; then
	check "the text of iris.pdf" 0 sh -c "pdftotext iris.pdf - | grep -q versicolor"
fi
if there ccx; then
	for name in trained behaviour truss3d chain; do
		subject=$examples/$name.yaml
		[ -e "$subject" ] || subject=$name
		./elastrain export -q "$subject" -o "$name.inp" >/dev/null
		check "$name.inp in CalculiX" 0 ccx "$name"
		check "$name.inp in CalculiX: its displacements" 0 $python "$open" ccx "$name.dat"
	done
	cut trained.inp
	ccx broken >broken.said 2>&1 || true # it ends with 0 where no step is left to compute
	cp trained.npz broken.npz
	check "a broken .inp in CalculiX has no answer" 1 $python "$open" ccx broken.dat
fi
if there lmp; then
	for name in trained behaviour truss3d angles; do
		subject=$examples/$name.yaml
		[ -e "$subject" ] || subject=$name
		./elastrain export -q "$subject" -o "$name.data" >/dev/null
		check "$name.data in LAMMPS" 0 lmp -in "$name.in"
		check "$name.data in LAMMPS: where it ends" 0 $python "$open" lammps "$name.dump"
	done
	cut trained.data
	sed 's/trained/broken/' trained.in >broken.in
	check "a broken .data in LAMMPS" 1 lmp -in broken.in
fi
echo "$done checks, $left left out"
exit $failed
