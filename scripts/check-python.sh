#!/usr/bin/env bash
# Tests the Python package with a program that is built here: the protocol, arrays against NumPy, trainings through PyTorch against the
# command line, every example of docs/python.md, and a wheel that carries the program. What is not installed is left out and said;
# Debian has it: apt-get install python3-numpy python3-scipy python3-torch python3-venv. JAX is tried where it is there.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-/usr/bin/python3}
if ! "$python" -c 'import numpy' 2>/dev/null; then
	echo "$python has no NumPy: nothing was checked (apt-get install python3-numpy, or PYTHON=...)"
	exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/elastrain" ./cmd/elastrain
export PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1
ELASTRAIN=$work/elastrain PYTHONPATH=python "$python" -W error::ResourceWarning -m unittest discover -s python -t python "$@"
for module in torch scipy jax; do
	"$python" -c "import $module" 2>/dev/null || echo "left out: $module is not installed"
done
if "$python" -m mypy --version >/dev/null 2>&1; then
	MYPYPATH=python "$python" -m mypy --cache-dir "$work/mypy" --ignore-missing-imports python/elastrain
else
	echo "left out: mypy is not installed"
fi

# A wheel, alone: no $ELASTRAIN, nothing on the PATH, no network.
if "$python" -m venv --system-site-packages "$work/venv" >/dev/null 2>&1; then
	PYTHON=$python scripts/build-wheel.sh "$work/dist"
	for what in "$work"/dist/*.whl ./python; do
		"$work/venv/bin/pip" install --quiet --no-deps --no-index --force-reinstall "$what"
		if [ "$what" = ./python ]; then
			export ELASTRAIN=$work/elastrain
		else
			"$work/venv/bin/elastrain" version
		fi
		(cd "$work" && PATH=/usr/bin:/bin "$work/venv/bin/python" -c '
import elastrain
net = elastrain.Network([[0, 0], [1, 0], [0.5, 1]], [[0, 1], [1, 2], [0, 2]], [0, 1], 100.0, inputs=[(2, "x")], outputs=[(2, "x")])
u = net.open().solve([[1.0]]).outputs[0, 0]
assert abs(u - 0.025) < 1e-12, u  # two members, k (x / L)^2 = 20 N/m each
print(elastrain.binary())')
	done
else
	echo "left out: the wheel, for python3-venv is not installed"
fi
