package run

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
	"github.com/elastrain/elastrain/experiment"
)

const cubes = `
elastrain: 1
network: {lattice: fcc, size: 4 x 4 x 4, spacing: 10 mm}
bonds: {stiffness: 50..500 N/m, start: random}
supports: {pinned: [1..41]}
task:
  kind: behaviour
  cases:
    - push: [{node: 345, along: -z, force: 1 N}]
      want: [{node: 200, along: x, move: 0.2 mm}]
learn: {method: adam, epochs: 6}
`

// A training whose displacements are iterated has the same bytes wherever it stops, on one thread and on two: nothing is kept
// from one stiffness to the next.
func TestMultigridIsExactOnResume(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t)
	q := Request{File: parse(t, cubes), FS: fsys, Parent: parent, Name: "a", Exact: true, Options: experiment.Options{Solver: "multigrid", Threads: 1}}
	trained(t, q)
	want := tree(t, fsys, filepath.Join(parent, "a"))
	q.Options.Threads = 2
	for stop := range 6 {
		q.FS = faultfs.New()
		check(t, atomicfile.MakeDir(q.FS, parent))
		for left := stop; ; left = math.MaxInt {
			r, err := Open(q)
			check(t, err)
			_, err = r.Train(&looks{Context: t.Context(), left: left})
			check(t, r.Close())
			if err == nil {
				break
			}
		}
		equal(t, fmt.Sprintf("stopped at look %d", stop), tree(t, q.FS.(*faultfs.FS), filepath.Join(parent, "a")), want)
	}
}
