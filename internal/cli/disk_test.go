package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
	"github.com/elastrain/elastrain/run"
)

// Whichever call of the file system fails while a run trains, and however, a
// program is told by one object with a code of storage.
func TestFailingDiskAsObject(t *testing.T) {
	parent := t.TempDir() // for the lock, which is a lock of the machine
	check(t, os.MkdirAll(filepath.Join(parent, "a"), 0o777))
	term, _, _ := terminal(example("chain"))
	file, files, err := term.ReadSpec("-", []string{"learn.epochs=2"})
	check(t, err)
	for _, how := range faultfs.Faults {
		failures := 0
		for n := 1; ; n++ {
			fsys := faultfs.New()
			check(t, atomicfile.MakeDir(fsys, parent))
			before := fsys.Calls()
			fsys.Fail(n, how)
			r, err := run.Open(run.Request{File: file, Files: files, FS: fsys, Parent: parent, Name: "a", NoFigures: true})
			if err == nil {
				_, err = r.Train(context.Background())
				err = errors.Join(err, r.Close())
			}
			if fsys.Calls()-before < n {
				break
			}
			if err == nil {
				continue // what failed was not needed
			}
			failures++
			term, out, _ := terminal("")
			term.JSON = true
			code := term.Fail(err)
			f := failureOn(t, out.Bytes())
			if code != Storage || f.ExitCode != Storage || f.Code != "E0602" && f.Code != "E0603" || len(f.Places) != 1 || filepath.Dir(f.Places[0].File) == "." {
				t.Fatalf("%v at call %d: %v gives %+v", how, n, err, f)
			}
		}
		if failures < 50 {
			t.Errorf("%v: only %d failures", how, failures)
		}
	}
}
