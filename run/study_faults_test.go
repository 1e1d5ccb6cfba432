package run

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
)

// Whichever call of a study fails and however, the error names the file, a full
// disk is told as one, and the next session finds the same.
func TestStudyFaults(t *testing.T) {
	quickly(t)
	fsys, parent := memory(t)
	q := Request{File: parse(t, example("chain"), "network={nodes: [[0 mm], [10 mm], [20 mm]], bonds: [[1, 2], [2, 3], [1, 3]]}", "task.cases[1].push[1].node=3", "task.cases[1].want[2].node=3", "learn.epochs=2"),
		FS: fsys, Parent: parent, Name: "a", Exact: true}
	trained(t, q)
	loaded, err := Load(fsys, filepath.Join(parent, "a"))
	check(t, err)
	study := func(fsys *faultfs.FS) (string, error) {
		s, err := OpenStudy(fsys, loaded, Relearn)
		if err != nil {
			return "", err
		}
		cuts, err := s.CutEach(context.Background(), nil)
		if err == nil {
			err = s.Finish()
		}
		return fmt.Sprint(len(cuts), cuts), errors.Join(err, s.Close())
	}
	_, err = study(fsys.Reboot(faultfs.Killed))
	check(t, err)
	want := tree(t, fsys, loaded.Dir)
	for _, how := range faultfs.Faults {
		failures := 0
		for n := 1; ; n++ {
			disk := fsys.Reboot(faultfs.Killed)
			disk.Fail(n, how)
			_, err := study(disk)
			if disk.Calls() < n {
				if failures < 5 {
					t.Errorf("%v: %d failures of %d calls", how, failures, n)
				}
				break
			}
			what := fmt.Sprintf("%v at call %s", how, disk.Trace()[n-1])
			if err != nil {
				failures++
				var file *atomicfile.Error
				if !errors.As(err, &file) || errors.Is(err, atomicfile.ErrDiskFull) != (how == faultfs.ENOSPC) {
					t.Errorf("%s: %v", what, err)
				}
			}
			if _, err := study(disk); err != nil {
				t.Fatalf("%s: the next session fails with %v", what, err)
			}
			equal(t, what, tree(t, disk, loaded.Dir), want)
			if t.Failed() {
				return
			}
		}
	}
}
