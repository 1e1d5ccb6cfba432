package run

import (
	"path/filepath"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
)

// A run without pictures lists no elements to draw, and writes the same network.
func TestNetworkWithoutPictures(t *testing.T) {
	for _, name := range []string{"left-right", "frame", "cell"} {
		parent := t.TempDir()
		var made [2]string
		for i := range made {
			r, err := Open(Request{File: parse(t, example(name), "learn.epochs=2"), Parent: parent, Name: []string{"drawn", "bare"}[i], NoFigures: i == 1})
			check(t, err)
			_, err = r.Train(t.Context())
			check(t, err)
			made[i] = r.Dir
			check(t, r.Close())
		}
		for _, file := range []string{networkName, bondTableName, elementTableName} {
			drawn, err := atomicfile.ReadFile(atomicfile.OS{}, filepath.Join(made[0], file), mostBytes)
			bare, bareErr := atomicfile.ReadFile(atomicfile.OS{}, filepath.Join(made[1], file), mostBytes)
			if (err == nil) != (bareErr == nil) || string(drawn) != string(bare) {
				t.Errorf("%s: %s without pictures is another (%v, %v)", name, file, err, bareErr)
			}
		}
	}
}
