// Package lease shares out the parts of a work among processes that have nothing in common but a directory.
//
// Its one idea: a part is taken by a name in the directory, and a worker is known to live by a file that grows. Nobody
// compares the clocks of two machines: a worker is dead when its file has not grown for the time of a lease on the
// clock of whoever looks, or when it ran on the same machine and its process is gone. What is taken from the dead is
// taken by one rename of a name that only they had.
//
// A network file system shows names late and may report an error for what it has done. So two workers can come to
// hold one part, rarely. That costs time and nothing else where the results of a part are the same whoever makes them
// and the first file that holds them is as good as the second, as in package sweep.
//
//	DIR/claims/N/WORKER  part N is worked on; the directory is made by whoever is first
//	DIR/workers/WORKER   who it is, and a line a beat
//
//	lease.go   taking parts and giving them back
//	watch.go   who lives
//	workers.go what can be told of all
package lease

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
)

// The times of a worker. A lease is longer than a network file system takes to show what others did (a minute, unless
// somebody chose more).
const (
	BeatEvery = 5 * time.Second
	Time      = 90 * time.Second
)

const (
	claimsName  = "claims"
	workersName = "workers"
	mostWhims   = 50 // times in a row that the file system may say what cannot be, before it is believed
)

// Options are what a worker may say of itself. All may be left out.
type Options struct {
	Name      string               // its name, unlike any other's; default: of machine, process and chance
	Signature []byte               // default: of this process
	Clock     func() time.Duration // default: of this machine, since some moment
}

// Worker is one process at work. Any goroutine may use it.
type Worker struct {
	fs    atomicfile.FS
	dir   string
	o     Options
	began time.Time

	mu     sync.Mutex
	held   map[int]bool
	past   []past // done, with their claims still there; the oldest first
	done   int
	beats  int
	beaten time.Duration // when last
	torn   bool          // the last beat was not written to its end
	whims  int
	seen   map[string]*sight
}

// Join begins to work on a directory.
func Join(fsys atomicfile.FS, dir string, o Options) (*Worker, error) {
	w := &Worker{fs: fsys, dir: dir, o: o, began: time.Now(), held: map[int]bool{}, seen: map[string]*sight{}}
	if o.Signature == nil {
		w.o.Signature = atomicfile.Signature()
	}
	if o.Clock == nil {
		w.o.Clock = func() time.Duration { return time.Since(w.began) }
	}
	if o.Name == "" {
		w.o.Name = newName()
	}
	for _, name := range []string{claimsName, workersName} {
		if err := atomicfile.MakeDir(fsys, filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	return w, w.Beat()
}

// newName is of the machine and the process, for people, and of chance.
func newName() string {
	host, _ := os.Hostname() // only for people
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '-'
	}, atomicfile.Shorten(host, 40))
	chance := make([]byte, 4)
	_, _ = rand.Read(chance) // never fails
	return fmt.Sprintf("%s-%d-%s", strings.Trim(plain, "-"), os.Getpid(), hex.EncodeToString(chance))
}

// Name is the worker's.
func (w *Worker) Name() string { return w.o.Name }

func (w *Worker) claim(part int) string {
	return filepath.Join(w.dir, claimsName, strconv.Itoa(part))
}

// Take takes a part, if nobody has it who lives. Whoever takes one looks then whether its results are there already:
// they may have come while it was being taken.
func (w *Worker) Take(part int) (mine bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held[part] {
		return true, nil
	}
	mine, err = w.take(part)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || isWhim(err) {
			w.whims++ // others finished it, or the file system will know better: there is a next time
			if w.whims < mostWhims {
				return false, nil
			}
		}
		return false, &atomicfile.Error{Op: "claim", Path: w.claim(part), Err: err}
	}
	w.whims = 0
	if mine {
		w.held[part] = true
	}
	return mine, nil
}

func (w *Worker) take(part int) (bool, error) {
	dir := w.claim(part)
	err := w.fs.Mkdir(dir)
	if err == nil {
		if err = w.sign(dir); err != nil {
			_ = w.fs.Remove(dir) // else others wait for whoever made it
		}
		return err == nil, err
	}
	if !errors.Is(err, fs.ErrExist) {
		return false, err
	}
	names, err := w.claimants(dir)
	if err != nil {
		return false, err
	}
	if len(names) == 0 { // made by somebody who has yet to sign it, or never will
		if !w.unchanged(dir, 0, nil) && !w.onlyEnded() {
			return false, nil
		}
		if err := w.sign(dir); err != nil {
			return false, err
		}
		names, err := w.claimants(dir) // several may have come to that
		return err == nil && (len(names) == 0 || names[0] >= w.o.Name), err
	}
	for _, name := range names {
		if name == w.o.Name { // taken by a call that was told of an error
			return true, nil
		}
		if !w.dead(name) {
			return false, nil
		}
	}
	if err := w.fs.Rename(filepath.Join(dir, names[0]), filepath.Join(dir, w.o.Name)); err != nil {
		now, listErr := w.claimants(dir)
		if listErr == nil && slices.Contains(now, w.o.Name) {
			return true, nil // it was done
		}
		return false, err
	}
	for _, name := range names[1:] {
		_ = w.fs.Remove(filepath.Join(dir, name)) // of the dead; it is in nobody's way
	}
	return true, nil
}

// sign says that a claim is this worker's.
func (w *Worker) sign(dir string) error {
	f, err := w.fs.OpenAppend(filepath.Join(dir, w.o.Name))
	if err != nil {
		return err
	}
	return f.Close()
}

// claimants are the names in a claim, sorted. Names of network file systems for files that were removed while they
// were open begin with a point.
func (w *Worker) claimants(dir string) ([]string, error) {
	names, err := w.fs.List(dir)
	return slices.DeleteFunc(names, func(name string) bool { return strings.HasPrefix(name, ".") }), err
}

// Done says that the results of a part are kept. The claim stays for the time of a lease: so long a machine may not see
// the results, while it sees at once that there is a claim.
func (w *Worker) Done(part int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held[part] {
		w.done++
		delete(w.held, part)
		w.past = append(w.past, past{part, w.o.Clock()})
		if w.o.Clock()-w.beaten > time.Second {
			_ = w.beat() // for people who look; there is another
		}
	}
}

// past is a part that is done.
type past struct {
	part int
	at   time.Duration
}

// forget removes the claims of what has been done for long enough, or of all.
func (w *Worker) forget(all bool) {
	for len(w.past) > 0 && (all || w.o.Clock()-w.past[0].at > Time) {
		w.drop(w.past[0].part)
		w.past = w.past[1:]
	}
}

// Drop gives a part back that is not done, or whose results were there already.
func (w *Worker) Drop(part int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop(part)
}

func (w *Worker) drop(part int) {
	delete(w.held, part)
	// A claim that stays is taken from this worker when it has ended. Of the directory another name may be in the way: it is its.
	_ = w.fs.Remove(filepath.Join(w.claim(part), w.o.Name))
	_ = w.fs.Remove(w.claim(part))
}

// Leave gives back what is held, and ends the worker. With complete the caller knows that all parts are done: whoever
// leaves last then removes what all have left. Alone says that no other was there when it left.
func (w *Worker) Leave(complete bool) (alone bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for part := range w.held {
		w.drop(part)
	}
	_ = w.fs.Remove(w.file(w.o.Name)) // first, so that of several at least one finds itself alone; what stays grows no more
	alone = w.alone()
	w.forget(alone)
	if alone && complete {
		w.tidy()
	}
	return alone
}

// alone reports whether no other worker is there, but such as are known to have ended.
func (w *Worker) alone() bool {
	names, err := w.fs.List(filepath.Join(w.dir, workersName))
	return err == nil && !slices.ContainsFunc(names, func(name string) bool {
		return name != w.o.Name && !strings.HasPrefix(name, ".") && !w.dead(name)
	})
}

// onlyEnded reports whether others were here, and all of them are known to have ended: then a claim without a name is of one
// that was killed before it signed, and nobody will.
func (w *Worker) onlyEnded() bool {
	names, err := w.fs.List(filepath.Join(w.dir, workersName))
	others := slices.DeleteFunc(names, func(name string) bool { return name == w.o.Name || strings.HasPrefix(name, ".") })
	return err == nil && len(others) > 0 && !slices.ContainsFunc(others, func(name string) bool { return !w.dead(name) })
}

// tidy removes what the dead have left. What cannot be removed is in nobody's way.
func (w *Worker) tidy() {
	claims, _ := w.fs.List(filepath.Join(w.dir, claimsName))
	for _, claim := range claims {
		dir := filepath.Join(w.dir, claimsName, claim)
		names, _ := w.fs.List(dir)
		for _, name := range names {
			_ = w.fs.Remove(filepath.Join(dir, name))
		}
		_ = w.fs.Remove(dir)
	}
	names, _ := w.fs.List(filepath.Join(w.dir, workersName))
	for _, name := range names {
		_ = w.fs.Remove(w.file(name))
	}
	for _, dir := range []string{claimsName, workersName} {
		_ = w.fs.Remove(filepath.Join(w.dir, dir)) // one in which somebody has come meanwhile stays
	}
}

// isWhim reports whether an error is one with which a network file system answers now and then although nothing is wrong.
func isWhim(err error) bool {
	for _, whim := range []error{syscall.ESTALE, syscall.EINTR, syscall.EAGAIN, syscall.ETIMEDOUT, syscall.EIO, syscall.EBUSY} {
		if errors.Is(err, whim) {
			return true
		}
	}
	return false
}
