package lease

import (
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
)

// A claim without a name, of a worker that was killed before it signed, is taken at once where all others are known to have
// ended, and is waited for where one of them may be about to sign it.
func TestClaimWithoutName(t *testing.T) {
	dir, fsys := t.TempDir(), atomicfile.OS{}
	worker, err := Join(fsys, dir, Options{Name: "looks"})
	if err != nil {
		t.Fatal(err)
	}
	take := func(want bool, why string) {
		t.Helper()
		if mine, err := worker.Take(3); mine != want || err != nil {
			t.Errorf("taken %v, %v; want %v: %s", mine, err, want, why)
		}
	}
	if err := fsys.Mkdir(filepath.Join(dir, claimsName, "3")); err != nil {
		t.Fatal(err)
	}
	take(false, "nothing is known of whoever made it")
	if err := atomicfile.WriteFile(fsys, filepath.Join(dir, workersName, "killed"), ended(t)); err != nil {
		t.Fatal(err)
	}
	lives, err := Join(fsys, dir, Options{Name: "lives"})
	if err != nil {
		t.Fatal(err)
	}
	take(false, "another lives, who may have made it")
	lives.Leave(false)
	take(true, "the only other one has ended")
}
