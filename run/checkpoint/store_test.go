package checkpoint

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// state returns the sections of a step; no two steps have the same.
func state(step int64) []Section {
	return []Section{Int64s("step", []int64{step}), Float64s("k", []float64{math.Sqrt(float64(step)), 1, 2, 3})}
}

// stepIn returns the step of which these are the sections.
func stepIn(t *testing.T, sections []Section) int64 {
	t.Helper()
	s, err := Find(sections, "step")
	check(t, err)
	v, err := s.Int64s()
	check(t, err)
	if !reflect.DeepEqual(sections, state(v[0])) {
		t.Fatalf("the checkpoint of step %d is mixed up", v[0])
	}
	return v[0]
}

// latest returns the step of the latest checkpoint, -1 if there is none.
func latest(t *testing.T, s Store) int64 {
	t.Helper()
	saved, _, err := s.Latest()
	if errors.Is(err, ErrNone) {
		return -1
	}
	check(t, err)
	if step := stepIn(t, saved.Sections); step != saved.Step {
		t.Fatalf("%s holds step %d", saved.Path, step)
	}
	return saved.Step
}

// store returns a store in which these steps were saved.
func store(t *testing.T, steps ...int64) (*faultfs.FS, Store) {
	t.Helper()
	fsys := faultfs.New()
	s := Store{FS: fsys, Dir: "runs/iris/checkpoints"}
	for _, step := range steps {
		check(t, s.Save(step, state(step)))
	}
	return fsys, s
}

func TestStoreKeepsTheNewestAndTheBest(t *testing.T) {
	for _, keep := range []int{0, 1, 2, 5} {
		dir := filepath.Join(t.TempDir(), "runs", "x")
		s := Store{FS: atomicfile.OS{}, Dir: dir, Keep: keep}
		if latest(t, s) != -1 {
			t.Error("a checkpoint from nowhere")
		}
		if _, err := s.Best(); !errors.Is(err, ErrNone) {
			t.Error(err)
		}
		check(t, s.SaveBest(state(1)))
		var all []int64
		for step := int64(0); step <= 2_000_000_000; step = 10*step + 2 {
			check(t, s.Save(step, state(step)))
			all = append(all, step)
			if got := latest(t, s); got != step {
				t.Errorf("latest is %d, want %d", got, step)
			}
		}
		if keep == 0 {
			keep = 3
		}
		steps, err := s.Steps()
		check(t, err)
		if want := all[len(all)-keep:]; !slices.Equal(steps, want) {
			t.Errorf("keep %d: left %v, want %v", keep, steps, want)
		}
		best, err := s.Best()
		check(t, err)
		if stepIn(t, best) != 1 {
			t.Error("the best one changed")
		}
		entries, err := os.ReadDir(dir)
		check(t, err)
		if len(entries) != keep+1 {
			t.Errorf("%d files, want %d", len(entries), keep+1)
		}
	}
}

func TestStepsBeyondNineDigits(t *testing.T) {
	_, s := store(t, 999_999_998, 999_999_999, 1_000_000_000, 1_000_000_001)
	if got := latest(t, s); got != 1_000_000_001 {
		t.Errorf("latest is %d", got)
	}
	if steps, _ := s.Steps(); !slices.Equal(steps, []int64{999_999_999, 1_000_000_000, 1_000_000_001}) {
		t.Errorf("left %v", steps)
	}
}

func TestFileNames(t *testing.T) {
	for name, want := range map[string]int64{
		"ckpt-000000123.ckpt":           123,
		"ckpt-000000000.ckpt":           0,
		"ckpt-1234567890.ckpt":          1234567890,
		"ckpt-9223372036854775807.ckpt": math.MaxInt64,
		"ckpt-9223372036854775808.ckpt": -1,
		"ckpt-123.ckpt":                 -1,
		"ckpt-0000000123.ckpt":          -1,
		"ckpt--00000123.ckpt":           -1,
		"ckpt-00000012x.ckpt":           -1,
		"ckpt-000000123":                -1,
		"000000123.ckpt":                -1,
		"best.ckpt":                     -1,
		".ckpt-000000123.ckpt.1.eltmp":  -1,
	} {
		step, ok := parseName(name)
		if !ok {
			step = -1
		}
		if step != want {
			t.Errorf("%s: %d, want %d", name, step, want)
		}
	}
}

func TestLatestSkipsDamagedOnes(t *testing.T) {
	fsys, s := store(t, 10, 20, 30)
	data, err := atomicfile.ReadFile(fsys, s.path(30), MaxSize)
	check(t, err)
	data[80] ^= 4
	check(t, atomicfile.WriteFile(fsys, s.path(30), data))
	check(t, fsys.Truncate(s.path(20), 50))

	saved, skipped, err := s.Latest()
	check(t, err)
	if saved.Step != 10 || stepIn(t, saved.Sections) != 10 || saved.Path != s.path(10) {
		t.Errorf("went back to %d", saved.Step)
	}
	if len(skipped) != 2 || skipped[0].Path != s.path(30) || skipped[1].Path != s.path(20) {
		t.Fatalf("skipped %v", skipped)
	}
	for i, want := range []string{"section `k` is damaged", "file ends in the middle: it has 50 of"} {
		if err := skipped[i].Err; !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), skipped[i].Path) {
			t.Errorf("skipped because of %v, want %q", err, want)
		}
	}
	// The run goes on from 10; what was skipped makes room at the next Save.
	check(t, s.Save(11, state(11)))
	if steps, _ := s.Steps(); !slices.Equal(steps, []int64{10, 11}) {
		t.Errorf("left %v", steps)
	}

	check(t, fsys.Truncate(s.path(10), 0))
	check(t, fsys.Truncate(s.path(11), 50))
	_, skipped, err = s.Latest()
	if !errors.Is(err, ErrNone) || !errors.Is(err, ErrDamaged) || len(skipped) != 2 {
		t.Errorf("skipped %v, %v", skipped, err)
	}
}

func TestLatestSkipsWhatCannotBeRead(t *testing.T) {
	for n := 1; n <= 3; n++ { // list, open, read
		fsys, s := store(t, 10, 20)
		fsys.Fail(n, faultfs.EIO)
		saved, skipped, err := s.Latest()
		if n == 1 {
			if !errors.Is(err, syscall.EIO) {
				t.Errorf("listing failed, and Latest says %v", err)
			}
			continue
		}
		if err != nil || saved.Step != 10 || len(skipped) != 1 || !errors.Is(skipped[0].Err, syscall.EIO) {
			t.Errorf("call %d: step %d, skipped %v, %v", n, saved.Step, skipped, err)
		}
	}
}

func TestSaveFailsAtEveryCall(t *testing.T) {
	before := []int64{10, 20, 30}
	for _, how := range faultfs.Faults {
		for n := 1; ; n++ {
			fsys, s := store(t, before...)
			start := fsys.Calls()
			fsys.Fail(n, how)
			err := s.Save(40, state(40))
			if fsys.Calls()-start < n {
				check(t, err)
				break
			}
			steps, _ := s.Steps()
			safe := latest(t, s) == 40
			if err == nil && !safe {
				t.Errorf("%v at call %d: saved, but not there", how, n)
			}
			if !safe && !slices.Equal(steps, before) {
				t.Errorf("%v at call %d: old ones are gone before the new one is safe: %v", how, n, steps)
			}
			if err != nil && errors.Is(err, atomicfile.ErrDiskFull) != (how == faultfs.ENOSPC) {
				t.Errorf("%v: is the disk full? %v", how, err)
			}
			check(t, s.Save(50, state(50)))
			if latest(t, s) != 50 {
				t.Errorf("%v at call %d: the next Save does not help", how, n)
			}
			steps, _ = s.Steps()
			if len(steps) != 3 {
				t.Errorf("%v at call %d: then %v are left", how, n, steps)
			}
			names, _ := fsys.List(s.Dir)
			if len(names) != 3 {
				t.Errorf("%v at call %d: then %v are left", how, n, names)
			}
		}
	}
}

func TestCrashAfterEveryCall(t *testing.T) {
	for n, done := 0, false; !done; n++ {
		fsys := faultfs.New()
		s := Store{FS: fsys, Dir: "a/b", Keep: 2}
		fsys.CrashAfter(n)
		saved, tried, best := int64(-1), int64(-1), int64(-1)
		done = true
		for step := int64(1); step <= 5 && done; step++ {
			tried = step
			if err := s.Save(step, state(step)); err != nil {
				done = false
				break
			}
			saved = step
			if step%2 == 1 {
				if done = s.SaveBest(state(step)) == nil; done {
					best = step
				}
			}
		}
		for _, how := range faultfs.Outcomes {
			after := Store{FS: fsys.Reboot(how), Dir: s.Dir, Keep: 2}
			if got := latest(t, after); got != saved && got != tried {
				t.Errorf("crash after call %d, %v: latest is %d, but %d was saved", n, how, got, saved)
			}
			got, err := after.Best()
			if best > 0 {
				check(t, err)
				if b := stepIn(t, got); b != best && b != tried {
					t.Errorf("crash after call %d, %v: best is %d, but %d was saved", n, how, b, best)
				}
			}
			check(t, after.Save(6, state(6)))
			if latest(t, after) != 6 {
				t.Errorf("crash after call %d, %v: cannot go on", n, how)
			}
		}
	}
}

func TestGoingBack(t *testing.T) {
	// A run goes back to step 15 on purpose, with or without Rewind.
	for _, rewind := range []bool{false, true} {
		for n, done := 0, false; !done; n++ {
			fsys, s := store(t, 10, 15, 20, 30)
			s.Keep = 3
			fsys.CrashAfter(n)
			err := error(nil)
			back := false
			if rewind {
				err = s.Rewind(15)
				back = err == nil
			}
			if err == nil {
				err = s.Save(16, state(16))
				back = back || err == nil
			}
			done = err == nil
			for _, how := range faultfs.Outcomes {
				after := Store{FS: fsys.Reboot(how), Dir: s.Dir}
				got := latest(t, after)
				if got < 15 || (back && got > 16) || (done && got != 16) {
					t.Errorf("crash after call %d, %v: latest is %d", n, how, got)
				}
			}
		}
	}
	fsys, s := store(t, 10, 20, 30)
	for n := 1; n <= 4; n++ { // list, remove, remove, sync
		fsys.Fail(n, faultfs.EIO)
		if err := s.Rewind(10); !errors.Is(err, syscall.EIO) {
			t.Errorf("call %d: %v", n, err)
		}
		_, s2 := store(t, 10, 20, 30)
		s, fsys = s2, s2.FS.(*faultfs.FS)
	}
	check(t, s.Rewind(30))
	check(t, s.Rewind(10))
	if steps, _ := s.Steps(); !slices.Equal(steps, []int64{10}) {
		t.Errorf("left %v", steps)
	}
}

func TestDiskFullFailsOnlyTheCheckpoint(t *testing.T) {
	fsys, s := store(t, 10)
	size := int64(len(Encode(state(20))))
	for space := range size {
		fsys.Space(space)
		if err := s.Save(20, state(20)); !errors.Is(err, atomicfile.ErrDiskFull) {
			t.Fatalf("%d bytes of space: %v", space, err)
		}
		if latest(t, s) != 10 {
			t.Fatalf("%d bytes of space: the old checkpoint is lost", space)
		}
	}
	fsys.Space(size)
	check(t, s.Save(20, state(20)))
}

func TestSaveRefuses(t *testing.T) {
	fsys, s := store(t)
	calls := fsys.Calls()
	for what, err := range map[string]error{
		"not negative":    s.Save(-1, state(1)),
		"named `a`":       s.Save(1, []Section{{Name: "a"}, {Name: "a"}}),
		"1 to 255 bytes":  s.SaveBest([]Section{{}}),
		"ckpt-000000001.": s.Save(1, []Section{{}}),
	} {
		if err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%v, want %q", err, what)
		}
	}
	if fsys.Calls() != calls {
		t.Error("touched the disk")
	}
	if _, err := s.At(7); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	check(t, fsys.Mkdir("f"))
	bad := Store{FS: fsys, Dir: "f"}
	fsys.Fail(1, faultfs.EIO)
	if err := bad.SaveBest(state(1)); !errors.Is(err, syscall.EIO) {
		t.Error(err)
	}
	fsys.Fail(1, faultfs.EIO)
	if _, err := bad.Best(); !errors.Is(err, syscall.EIO) {
		t.Error(err)
	}
}

func ExampleStore() {
	s := Store{FS: faultfs.New(), Dir: "checkpoints"} // atomicfile.OS{} in a program
	for epoch := int64(1); epoch <= 5; epoch++ {
		k := []float64{100 + float64(epoch), 200}
		if err := s.Save(epoch, []Section{Float64s("stiffness", k)}); err != nil {
			fmt.Println(err)
		}
	}
	saved, _, err := s.Latest()
	if err != nil {
		fmt.Println(err)
	}
	stiffness, err := Find(saved.Sections, "stiffness")
	if err != nil {
		fmt.Println(err)
	}
	k, err := stiffness.Float64s()
	fmt.Println(saved.Step, k, err)
	// Output: 5 [105 200] <nil>
}
