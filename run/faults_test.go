package run

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
	"github.com/elastrain/elastrain/run/checkpoint"
)

// faulty is a short training that reads a file, with checkpoints on the way.
func faulty(t *testing.T, parent string) Request {
	const nodes = "x\n0\n0.01\n0.02\n"
	file := parse(t, example("chain"), "network={nodes: nodes.csv, bonds: [[1, 2], [2, 3]]}", "task.cases[1].push[1].node=3", "task.cases[1].want[2].node=3",
		"learn={method: adam, rate: 0.1, epochs: 5, save: 2}")
	return Request{File: file, Parent: parent, Name: "a", Exact: true, Files: func(string) ([]byte, error) { return []byte(nodes), nil }}
}

// withoutOld leaves out checkpoints that are not the last: the removal of an old
// one may fail, and nobody is harmed.
func withoutOld(files map[string]string) map[string]string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if filepath.Dir(name) == checkpointsName {
			names = append(names, name)
		}
	}
	for _, name := range names[:max(0, len(names)-1)] {
		delete(files, name)
	}
	return files
}

// disks are the states of a disk from which a session may start.
func disks(t *testing.T, parent string) (fresh, stopped, done *faultfs.FS) {
	t.Helper()
	q := faulty(t, parent)
	fresh = faultfs.New()
	check(t, atomicfile.MakeDir(fresh, parent))
	stopped = fresh.Reboot(faultfs.Killed)
	q.FS = stopped
	stopAfter(t, q, 3)
	done = stopped.Reboot(faultfs.Killed)
	q.FS = done
	trained(t, q)
	return fresh, stopped, done
}

// Whichever call fails and however, the error says so, and the same request
// goes on to the same bytes.
func TestFaults(t *testing.T) {
	quickly(t)
	_, parent := memory(t)
	fresh, stopped, done := disks(t, parent)
	q := faulty(t, parent)
	dir := filepath.Join(parent, "a")
	want := tree(t, done, dir)
	for name, disk := range map[string]*faultfs.FS{"fresh": fresh, "stopped": stopped, "done": done} {
		for _, how := range faultfs.Faults {
			failures := 0
			for n := 1; ; n++ {
				fsys := disk.Reboot(faultfs.Killed)
				fsys.Fail(n, how)
				q.FS = fsys
				_, _, err := finish(q)
				if fsys.Calls() < n {
					if name != "done" && (n < 100 || failures < n/2) {
						t.Errorf("%s, %v: %d calls, %d failures", name, how, n, failures)
					}
					break
				}
				what := fmt.Sprintf("%s disk, %v at call %s", name, how, fsys.Trace()[n-1])
				if err != nil {
					failures++
					var file *atomicfile.Error
					var directory *DirectoryError
					if !errors.As(err, &file) && !errors.As(err, &directory) {
						t.Errorf("%s: %T %v", what, err, err)
					}
					if full := errors.Is(err, atomicfile.ErrDiskFull); full != (how == faultfs.ENOSPC) {
						t.Errorf("%s: disk full is %v: %v", what, full, err)
					}
					if !strings.Contains(err.Error(), parent) {
						t.Errorf("%s: no name in %v", what, err)
					}
				}
				if _, _, err = finish(q); err != nil {
					t.Fatalf("%s: the next session fails with %v", what, err)
				}
				equal(t, what, withoutOld(tree(t, fsys, dir)), want)
				told(t, what, fsys, dir)
				if t.Failed() {
					return
				}
			}
		}
	}
}

// The plug is pulled after every call, and the disk shows every state it can
// be found in.
func TestPowerFailures(t *testing.T) {
	quickly(t)
	_, parent := memory(t)
	fresh, stopped, done := disks(t, parent)
	q := faulty(t, parent)
	dir := filepath.Join(parent, "a")
	want := tree(t, done, dir)
	for name, disk := range map[string]*faultfs.FS{"fresh": fresh, "stopped": stopped} {
		for n := 1; ; n++ {
			fsys := disk.Reboot(faultfs.Killed)
			fsys.CrashAfter(n)
			q.FS = fsys
			_, _, err := finish(q)
			if err == nil {
				break
			}
			for _, how := range faultfs.Outcomes {
				what := fmt.Sprintf("%s disk, %v after call %s", name, how, fsys.Trace()[n-1])
				after := fsys.Reboot(how)
				check(t, atomicfile.MakeDir(after, parent))
				q.FS = after
				if _, _, err := finish(q); err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				equal(t, what, withoutOld(tree(t, after, dir)), want)
				told(t, what, after, dir)
				if t.Failed() {
					return
				}
			}
		}
	}
}

// put writes a file on a disk.
func put(t *testing.T, fsys atomicfile.FS, path, text string) {
	t.Helper()
	check(t, atomicfile.WriteFile(fsys, path, []byte(text)))
}

// damage changes one byte in the middle of a file.
func damage(t *testing.T, fsys atomicfile.FS, path string) {
	t.Helper()
	text, err := atomicfile.ReadFile(fsys, path, mostBytes)
	check(t, err)
	text[len(text)/2] ^= 1
	put(t, fsys, path, string(text))
}

// A damaged checkpoint is skipped, and said to be; without a whole one the run
// stops there.
func TestDamagedCheckpoints(t *testing.T) {
	quickly(t)
	_, parent := memory(t)
	_, stopped, done := disks(t, parent)
	q := faulty(t, parent)
	dir := filepath.Join(parent, "a")
	want := tree(t, done, dir)
	store := checkpoint.Store{FS: stopped, Dir: filepath.Join(dir, checkpointsName)}
	steps, err := store.Steps()
	check(t, err)
	if !slices.Equal(steps, []int64{0, 2, 3}) {
		t.Fatalf("checkpoints %v", steps)
	}
	path := func(step int64) string { return filepath.Join(store.Dir, fmt.Sprintf("ckpt-%09d.ckpt", step)) }

	for count := 1; count <= 2; count++ {
		fsys := stopped.Reboot(faultfs.Killed)
		for _, step := range steps[3-count:] {
			damage(t, fsys, path(step))
		}
		q.FS = fsys
		loaded, err := Load(fsys, dir)
		check(t, err)
		r, err := Open(q)
		check(t, err)
		if r.Trainer.Epoch != int(steps[2-count]) || loaded.Epoch != r.Trainer.Epoch || len(r.Skipped) != count || len(loaded.Skipped) != count ||
			r.Skipped[0].Path != path(3) || !errors.Is(r.Skipped[0].Err, checkpoint.ErrDamaged) {
			t.Errorf("%d damaged: opened at %d, loaded at %d, skipped %v", count, r.Trainer.Epoch, loaded.Epoch, r.Skipped)
		}
		_, err = r.Train(context.Background())
		check(t, errors.Join(err, r.Close()))
		equal(t, "after a damaged checkpoint", tree(t, fsys, dir), want)
	}

	fsys := stopped.Reboot(faultfs.Killed)
	for _, step := range steps {
		damage(t, fsys, path(step))
	}
	q.FS = fsys
	for name, open := range map[string]func() error{
		"Open": func() error { _, err := Open(q); return err },
		"Load": func() error { _, err := Load(fsys, dir); return err },
	} {
		var e *DirectoryError
		if err := open(); !errors.As(err, &e) || e.Code != "E0602" || e.Help == "" || !errors.Is(err, checkpoint.ErrDamaged) {
			t.Errorf("%s with every checkpoint damaged: %v", name, err)
		}
	}
}

// Checkpoints that are whole, but not those of this run.
func TestForeignCheckpoints(t *testing.T) {
	quickly(t)
	_, parent := memory(t)
	_, stopped, _ := disks(t, parent)
	q := faulty(t, parent)
	dir := filepath.Join(parent, "a")
	store := checkpoint.Store{FS: stopped, Dir: filepath.Join(dir, checkpointsName)}
	saved, _, err := store.Latest()
	check(t, err)
	change := func(name string, s checkpoint.Section) []checkpoint.Section {
		sections := slices.Clone(saved.Sections)
		for i := range sections {
			if sections[i].Name == name {
				sections[i] = s
				return sections
			}
		}
		t.Fatalf("no section %s", name)
		return nil
	}
	without := func(name string) []checkpoint.Section {
		return slices.DeleteFunc(slices.Clone(saved.Sections), func(s checkpoint.Section) bool { return s.Name == name })
	}
	head := func(p progress) checkpoint.Section {
		s, err := checkpoint.JSON(sectionProgress, p)
		check(t, err)
		return s
	}
	var p progress
	section, err := checkpoint.Find(saved.Sections, sectionProgress)
	check(t, err)
	check(t, section.JSON(&p))
	other, method := p, p
	other.Identity, other.Training, method.Method = "x", "y", "l-bfgs"
	for name, sections := range map[string][]checkpoint.Section{
		"no progress":         without(sectionProgress),
		"damaged progress":    change(sectionProgress, checkpoint.Section{Name: sectionProgress, Payload: []byte("{")}),
		"another experiment":  change(sectionProgress, head(other)),
		"another method":      change(sectionProgress, head(method)),
		"no point":            without(sectionPoint),
		"another point":       change(sectionPoint, checkpoint.Float64s(sectionPoint, []float64{1})),
		"no history":          without(sectionHistory),
		"no epochs":           without(sectionEpochs),
		"epochs of bytes":     change(sectionEpochs, checkpoint.Section{Name: sectionEpochs, Payload: []byte{1}}),
		"a shorter history":   change(sectionHistory, checkpoint.Float64s(sectionHistory, []float64{1, 2})),
		"no optimiser":        without(prefixOptimiser + "mean"),
		"half an optimiser":   change(prefixOptimiser+"mean", checkpoint.Float64s(prefixOptimiser+"mean", nil)),
		"a point of bytes":    change(sectionPoint, checkpoint.Section{Name: sectionPoint, Payload: []byte{1}}),
		"stiffness of others": change(sectionStiffness, checkpoint.Float64s(sectionStiffness, []float64{1})),
		"no stiffness":        without(sectionStiffness),
		"negative stiffness":  change(sectionStiffness, checkpoint.Float64s(sectionStiffness, []float64{1, -1})),
	} {
		fsys := stopped.Reboot(faultfs.Killed)
		check(t, checkpoint.Store{FS: fsys, Dir: store.Dir}.Save(saved.Step, sections))
		q.FS = fsys
		var e *DirectoryError
		bad := func(how string, err error) {
			if !errors.As(err, &e) || e.Code != "E0602" || e.Help == "" {
				t.Errorf("%s, %s: %v", name, how, err)
			}
		}
		if strings.Contains(name, "stiffness") {
			_, err = Load(fsys, dir)
			bad("loaded", err)
		} else {
			_, err = Open(q)
			bad("opened", err)
		}
	}
}

// Files that were edited are made anew from what is left, and named; what another
// version wrote is left alone. Reading a run believes none of them.
func TestDamagedFiles(t *testing.T) {
	quickly(t)
	_, parent := memory(t)
	_, stopped, done := disks(t, parent)
	q := faulty(t, parent)
	dir := filepath.Join(parent, "a")
	want := tree(t, done, dir)
	for _, tt := range []struct {
		disk       *faultfs.FS
		name, text string
		load       bool // reading the run fails
	}{
		{stopped, manifestName, "{", true},
		{stopped, manifestName, `{"format": 1, "kind": "train"}`, true},
		{done, manifestName, "", true},
		{stopped, resolvedName, "elastrain: 1\n", true},
		{done, resolvedName, "", true},
		{done, specName, "", false},
		{done, "files/1-nodes.csv", "x\n0\n0.01\n0.03\n", true},
		{done, resultName, "{", false},
		{done, resultName, "", false},
		{done, networkName, "", false},
		{done, eventsName, "", false},
		{done, metricsName, "", false},
		{done, "figures/network.svg", "", false},
		{stopped, eventsName, "", false},
		{stopped, metricsName, "epoch\n", false},
	} {
		fsys := tt.disk.Reboot(faultfs.Killed)
		put(t, fsys, filepath.Join(dir, tt.name), tt.text)
		var e *DirectoryError
		if _, err := Load(fsys, dir); (err != nil) != tt.load || err != nil && (!errors.As(err, &e) || e.Code != "E0602" && e.Code != "E0605" || e.Help == "") {
			t.Errorf("%s: loaded with %v", tt.name, err)
		}
		q.FS = fsys
		_, result := trained(t, q)
		if len(result.Mended) != 1 || !strings.HasPrefix(result.Mended[0], filepath.ToSlash(tt.name)+" was damaged") {
			t.Errorf("%s: mended %q", tt.name, result.Mended)
		}
		equal(t, tt.name, tree(t, fsys, dir), want)
	}
	fsys := stopped.Reboot(faultfs.Killed)
	put(t, fsys, filepath.Join(dir, manifestName), `{"format": 2}`)
	before := tree(t, fsys, dir)
	q.FS = fsys
	_, _, err := finish(q)
	var e *DirectoryError
	if !errors.As(err, &e) || e.Code != "E0602" || e.Help == "" || !strings.Contains(err.Error(), "format 2") {
		t.Errorf("format 2: %v", err)
	}
	equal(t, "format 2", tree(t, fsys, dir), before)
	// A damaged environment.json only loses times.
	fsys = stopped.Reboot(faultfs.Killed)
	put(t, fsys, filepath.Join(dir, environmentName), "{")
	q.FS = fsys
	r, _ := trained(t, q)
	if n := len(r.previousSessions()); n != 1 {
		t.Errorf("%d sessions", n)
	}
	// Without result.json the last checkpoint makes it anew.
	fsys = done.Reboot(faultfs.Killed)
	check(t, fsys.Remove(filepath.Join(dir, resultName)))
	q.FS = fsys
	trained(t, q)
	equal(t, "result.json deleted", tree(t, fsys, dir), tree(t, done, dir))
	// Temporary files of a killed session are swept up.
	fsys = stopped.Reboot(faultfs.Killed)
	for _, name := range []string{"", checkpointsName, figuresName, filesName} {
		put(t, fsys, filepath.Join(dir, name, ".x.1"+atomicfile.TempSuffix), "x")
	}
	q.FS = fsys
	trained(t, q)
	equal(t, "temporary files", tree(t, fsys, dir), tree(t, done, dir))
}

// A directory that is a file.
func TestDirectoryIsAFile(t *testing.T) {
	parent := t.TempDir()
	check(t, os.WriteFile(filepath.Join(parent, "a"), nil, 0o666))
	q := Request{File: parse(t, example("chain")), Parent: parent, Name: "a"}
	var file *atomicfile.Error
	if _, err := Open(q); !errors.As(err, &file) {
		t.Errorf("a file in place of the run: %v", err)
	}
	q.Parent = filepath.Join(parent, "a")
	if _, err := Open(q); !errors.As(err, &file) {
		t.Errorf("a file in place of the runs: %v", err)
	}
}

// A disk that is full says so; with room again the same request goes on.
func TestDiskFull(t *testing.T) {
	quickly(t)
	_, parent := memory(t)
	fresh, _, done := disks(t, parent)
	q := faulty(t, parent)
	dir := filepath.Join(parent, "a")
	want := tree(t, done, dir)
	full := 0
	for space := int64(0); ; space += 97 {
		fsys := fresh.Reboot(faultfs.Killed)
		fsys.Space(space)
		q.FS = fsys
		_, _, err := finish(q)
		if err == nil {
			break
		}
		full++
		if !errors.Is(err, atomicfile.ErrDiskFull) {
			t.Fatalf("with %d bytes: %v", space, err)
		}
		fsys.Space(-1)
		trained(t, q)
		equal(t, fmt.Sprintf("with %d bytes at first", space), tree(t, fsys, dir), want)
	}
	if full < 30 {
		t.Errorf("full %d times", full)
	}
}
