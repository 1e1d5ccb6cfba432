package insitu

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
)

// Whatever stands in the files of a directory, reading it ends with an error or a
// head, and never in a panic.
func FuzzHead(f *testing.F) {
	f.Add([]byte(`{"format":1,"identity":"a","files":[{"name":"a.csv","copy":"files/1-a.csv","sha256":"00"}]}`))
	f.Add([]byte(`{"format":2}`))
	f.Add([]byte(`{`))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		for _, name := range []string{headName, outcomeName} {
			if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		h, err := readHead(atomicfile.OS{}, dir)
		if h == nil && err == nil || h != nil && h.Format != 1 {
			t.Errorf("%+v, %v", h, err)
		}
		if err == nil {
			if _, err := h.files(atomicfile.OS{}, dir)("nothing"); err == nil && len(h.Files) == 0 {
				t.Error("a file that is not there was read")
			}
		}
		if _, err := (&Training{Dir: dir, fs: atomicfile.OS{}}).readOutcome(); err != nil {
			t.Error(err)
		}
	})
}
