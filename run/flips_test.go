package run

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/atomicfile/faultfs"
)

// everyFlip is the environment variable that makes TestFlips take every bit of
// every file; without it takes a sample. Its value is the distance in bytes.
const everyFlip = "ELASTRAIN_EVERY_BIT"

// A bit that flips in any file of a run, or a file that is lost, changes no
// answer: reading the run fails with a name or gives the same stiffness, and the
// same command comes to the same bytes or says what is damaged.
func TestFlips(t *testing.T) {
	quickly(t)
	_, parent := memory(t)
	_, stopped, done := disks(t, parent)
	q := faulty(t, parent)
	dir := filepath.Join(parent, "a")
	q.FS = done
	_, result := trained(t, q)
	want := tree(t, done, dir)
	step, bits := 61, []int{-1}
	if text := os.Getenv(everyFlip); text != "" {
		var err error
		step, err = strconv.Atoi(text)
		check(t, err)
		bits = []int{0, 1, 2, 3, 4, 5, 6, 7}
	}
	flips, mended, refused := 0, 0, 0
	for name, disk := range map[string]*faultfs.FS{"stopped": stopped, "done": done} {
		files := tree(t, disk, dir)
		files[environmentName] = read(t, disk, filepath.Join(dir, environmentName))
		loaded, err := Load(disk, dir)
		check(t, err)
		try := func(what, file string, spoil func(fsys *faultfs.FS)) {
			fsys := disk.Reboot(faultfs.Killed)
			spoil(fsys)
			flips++
			named := func(err error) bool {
				var e *DirectoryError
				return errors.As(err, &e) && e.Help != "" && (e.Code == "E0602" || e.Code == "E0605")
			}
			if again, err := Load(fsys, dir); err != nil {
				if !named(err) {
					t.Errorf("%s: loaded with %v", what, err)
				}
			} else if name == "done" && !slices.Equal(again.Stiffness, loaded.Stiffness) ||
				name == "stopped" && again.Epoch == loaded.Epoch && !slices.Equal(again.Stiffness, loaded.Stiffness) {
				t.Errorf("%s: loaded with other stiffnesses", what)
			}
			q.FS = fsys
			_, got, err := finish(q)
			switch {
			case err != nil && !named(err):
				t.Errorf("%s: %v", what, err)
			case err != nil:
				refused++
			default:
				if len(got.Mended) > 0 {
					mended++
				}
				if got.Loss != result.Loss || got.Verdict != result.Verdict {
					t.Errorf("%s: the result is %+v", what, got)
				}
				after := tree(t, fsys, dir)
				if _, lost := after[file]; !lost && filepath.Dir(file) == checkpointsName && name == "done" {
					after[file] = want[file] // what is complete does without
				}
				equal(t, what, after, want)
			}
		}
		for _, file := range slices.Sorted(maps.Keys(files)) {
			path, text := filepath.Join(dir, file), files[file]
			try(fmt.Sprintf("%s, %s is lost", name, file), file, func(fsys *faultfs.FS) { check(t, fsys.Remove(path)) })
			for at := 0; at < len(text); at += step {
				for _, bit := range bits {
					if bit < 0 {
						bit = at % 8
					}
					spoiled := []byte(text)
					spoiled[at] ^= 1 << bit
					try(fmt.Sprintf("%s, byte %d of %s, bit %d", name, at, file, bit), file, func(fsys *faultfs.FS) { put(t, fsys, path, string(spoiled)) })
				}
				if t.Failed() {
					return
				}
			}
		}
	}
	t.Logf("%d flips and losses: %d mended, %d refused, the others changed nothing", flips, mended, refused)
}

func read(t *testing.T, fsys atomicfile.FS, path string) string {
	t.Helper()
	text, err := atomicfile.ReadFile(fsys, path, mostBytes)
	check(t, err)
	return string(text)
}
