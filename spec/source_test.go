package spec_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"

	"github.com/elastrain/elastrain/spec"
)

// A Source that was changed in one way gives in every other way what Parse gives: the same experiment, the same resolved file, the same places and the same errors; also
// several at once.
func TestSource(t *testing.T) {
	files, err := filepath.Glob("../examples/*.yaml")
	if more, _ := filepath.Glob("../examples/*/*.yaml"); err != nil || len(files) < 10 {
		t.Fatal(err, files)
	} else {
		files = append(files, more...)
	}
	texts := map[string][]byte{"faulty": []byte("elastrain: 1\nnetwork: {lattice: trianglar}\nseed: -3\n"), "empty": nil, "broken": []byte("a: [1\n"), "twice": []byte("elastrain: 1\nseed: 1\nseed: 2\n")}
	for i, path := range files {
		if i%4 > 0 {
			continue
		}
		if texts[path], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	changes := [][]string{nil, {"seed=7"}, {"seed=~"}, {"seed=x"}, {"learn.rate=0.01", "seed=3"}, {"learn.method=adam"}, {"learn={method: adam, rate: 0.1}", "learn.batch=4"}, {"learn=~"}, {"learn.nothing=1"}, {"learn.schedule=step"},
		{"bonds.width=1..2 mm"}, {"bonds=~"}, {"task.loss=fisher"}, {"task.inputs[1].force=3 mN", "seed=2"}, {"supports.pinned=[1]"}, {"title=another"}, {"sets=[{name: left, x: min}]", "seed=4"}, {"nonsense"}, {"elastrain=2"}, {"seed=1", "seed=2"}}
	places := []string{"seed", "learn", "learn.rate", "learn.batch", "bonds.width", "task", "task.inputs[1].force", "network.lattice", "supports", "sets", "matter", "task.outputs[2].node"}
	for name, text := range texts {
		source := spec.NewSource(name, text)
		var wait sync.WaitGroup
		for _, set := range changes {
			wait.Go(func() {
				want, wrong := spec.Parse(name, text, set...)
				got, err := source.Parse(set...)
				if (err == nil) != (wrong == nil) || err != nil && err.Error() != wrong.Error() {
					t.Errorf("%s %q: error\n%v\nnot\n%v", name, set, err, wrong)
				}
				if err != nil || wrong != nil {
					return
				}
				if !reflect.DeepEqual(got.Spec, want.Spec) || got.Name != want.Name || !bytes.Equal(got.Text, want.Text) || got.Pending() != want.Pending() {
					t.Errorf("%s %q: another experiment\n%+v\n%+v", name, set, got.Spec, want.Spec)
				}
				if !bytes.Equal(got.Resolved(), want.Resolved()) {
					t.Errorf("%s %q: resolved\n%s\nnot\n%s", name, set, got.Resolved(), want.Resolved())
				}
				for _, path := range places {
					a, b := got.Errorf("E0501", path, "wrong"), want.Errorf("E0501", path, "wrong")
					c, d := got.KeyErrorf("E0501", path, "wrong"), want.KeyErrorf("E0501", path, "wrong")
					if got.Given(path) != want.Given(path) || a.Error() != b.Error() || c.Error() != d.Error() {
						t.Errorf("%s %q: place of %s\n%v\n%v", name, set, path, a, b)
					}
				}
				got.Spec.Task.Kind, got.Spec.Learn.Epochs = "another", 12345 // what is changed afterwards is written
				want.Spec.Task.Kind, want.Spec.Learn.Epochs = "another", 12345
				if !bytes.Equal(got.Resolved(), want.Resolved()) {
					t.Errorf("%s %q: another resolved file after a change", name, set)
				}
			})
		}
		wait.Wait()
	}
}
