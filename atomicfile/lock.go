package atomicfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// HeldLock is a lock this process holds until Unlock or its end.
type HeldLock struct {
	path string
	f    *os.File
}

// Lost reports whether the lock file is no longer at its path: somebody has deleted or moved it, or its directory.
func (l *HeldLock) Lost() bool {
	opened, err := l.f.Stat()
	if err != nil {
		return false // nothing is known
	}
	named, err := os.Stat(l.path)
	return errors.Is(err, os.ErrNotExist) || err == nil && !os.SameFile(opened, named)
}

// LockedError says who holds a lock.
type LockedError struct {
	Path string // the lock file
	PID  int    // process that holds it; 0 if it has not yet written its number
	Host string // machine it runs on; empty if this one
}

func (e *LockedError) Error() string {
	who := "another process"
	if e.PID != 0 {
		who = fmt.Sprintf("process %d", e.PID)
	}
	if e.Host == "" {
		return fmt.Sprintf("%s is held by %s; wait for it or stop it", e.Path, who)
	}
	return fmt.Sprintf("%s is held by %s on %s; wait for it or stop it, or, if you know that it no longer runs, delete that file", e.Path, who, e.Host)
}

// owner is the content of a lock file, as JSON.
type owner struct {
	PID   int    `json:"pid"`
	Start string `json:"start"` // when the process started, in ticks since the boot; empty if not known
	Boot  string `json:"boot"`  // id of the boot of the machine; empty if not known
	Host  string `json:"host"`
	Space string `json:"space,omitempty"` // where its number means it, as containers have spaces of their own; empty if not known
	Job   string `json:"job,omitempty"`   // of Slurm, with its cluster
	Try   int    `json:"try,omitempty"`   // how often Slurm has started the job again
}

// Lock takes the lock file at path, or fails at once with a *LockedError that
// names the process that holds it.
//
// The operating system holds the lock together with the open file, so that it
// ends with the process, however that ends; then the file that is left is
// taken over. The file says who holds it: process id, boot id and machine.
// Where a file system cannot lock, these alone decide: a lock of a process
// that is gone or of an earlier boot is stale. Two processes that find a stale
// lock at the same instant on such a file system could both take it.
//
// A lock of another machine is never taken over, because from here nobody can
// see whether its process lives; but for one of the same job of Slurm, which has
// been started again since, and of a process that a caller knows to be gone
// (Inherit).
func Lock(path string) (*HeldLock, error) {
	return lock(path, self(), openLocked)
}

// Holder tells from the text of a lock file which process holds it. Lives says whether that process runs on this
// machine; elsewhere is the machine it runs on, where that is another, of which nothing is known. It takes no lock, so it
// stands in nobody's way.
func Holder(text []byte) (pid int, lives bool, elsewhere string) {
	o, me := parseOwner(text), self()
	switch {
	case o.PID == 0:
		return 0, false, ""
	case o.Host != me.Host:
		return o.PID, false, o.Host
	}
	return o.PID, !stale(o, me, false, processStart), ""
}

// Inherit removes the lock file of a process on another machine, unless the operating system knows that somebody has
// the lock. It is for a caller who knows by other means that the process is gone; of a lock that cannot be taken from
// whom it belongs to nothing is changed.
func Inherit(path string) error {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fail("read", path, err)
	}
	if o := parseOwner(text); o.PID == 0 || o.Host == self().Host {
		return nil // Lock knows better
	}
	f, _, err := openLocked(path)
	if errors.Is(err, errHeld) {
		return nil
	}
	if err != nil {
		return fail("lock", path, err)
	}
	err = os.Remove(path)
	_ = f.Close() // nothing was written
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fail("remove", path, err)
	}
	return nil
}

// errHeld is returned by an opener when another open file has the lock.
var errHeld = errors.New("locked by another process")

// opener opens the file, makes it if needed, and locks it. Locked is false if
// the file system cannot lock. If the lock is held it returns errHeld.
type opener func(path string) (f *os.File, locked bool, err error)

func lock(path string, me owner, open opener) (*HeldLock, error) {
	const tries = 100
	for range tries {
		f, locked, err := open(path)
		if errors.Is(err, errHeld) {
			holder, _ := os.ReadFile(path)
			return nil, lockedError(path, parseOwner(holder), me)
		}
		if err != nil {
			return nil, fail("lock", path, err)
		}
		// Its last holder may have removed the file since it was opened, and
		// then this lock is on a file without a name.
		if !stillThere(f, path) {
			_ = f.Close() // nothing was written
			continue
		}
		found, err := io.ReadAll(io.LimitReader(f, 64<<10))
		if err != nil {
			_ = f.Close() // the first error counts
			return nil, fail("read", path, err)
		}
		if last := parseOwner(found); !stale(last, me, locked, processStart) {
			_ = f.Close() // nothing was written
			return nil, lockedError(path, last, me)
		}
		if err := sign(f, me); err != nil {
			_ = f.Close() // the first error counts
			return nil, fail("write", path, err)
		}
		return &HeldLock{path: path, f: f}, nil
	}
	return nil, fail("lock", path, errors.New("other processes take and leave it all the time"))
}

// stale reports whether the last owner has gone. Locked says that this process
// now has the system's lock on the file, which no living process of the same
// boot can have as well.
func stale(last, me owner, locked bool, startOf func(pid int) (start string, alive bool)) bool {
	if last.PID == 0 {
		return true // new, or its maker died before it signed
	}
	sameBoot := last.Boot == me.Boot
	if last.startedAgain(me) {
		return true
	}
	if last.Host != me.Host {
		// The same boot: containers of one machine. They cannot see each
		// other's processes, but they share its locks.
		return locked && sameBoot && me.Boot != ""
	}
	if !sameBoot && last.Boot != "" && me.Boot != "" {
		return true
	}
	if locked {
		return true
	}
	start, alive := startOf(last.PID)
	return !alive || start != last.Start // the number may have gone to another process
}

// startedAgain reports whether an owner was of the same job of Slurm before that was started again, perhaps on another
// machine. A job is started again when it has ended, or when its machine has failed.
func (o owner) startedAgain(me owner) bool { return o.Job != "" && o.Job == me.Job && o.Try < me.Try }

func stillThere(f *os.File, path string) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(opened, named)
}

func sign(f *os.File, me owner) error {
	text, err := json.Marshal(me)
	if err != nil {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt(append(text, '\n'), 0)
	return err
}

// parseOwner returns an owner with PID 0 if the text is empty or damaged.
func parseOwner(text []byte) owner {
	var o owner
	if json.Unmarshal(text, &o) != nil || o.PID < 0 {
		return owner{}
	}
	return o
}

func lockedError(path string, holder, me owner) *LockedError {
	e := &LockedError{Path: path, PID: holder.PID}
	if holder.Host != me.Host {
		e.Host = holder.Host
	}
	return e
}

// self describes this process. What the system does not tell stays empty.
func self() owner {
	host, _ := os.Hostname()
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	start, _ := processStart(os.Getpid())
	space, _ := os.Readlink("/proc/self/ns/pid")
	o := owner{PID: os.Getpid(), Start: start, Boot: strings.TrimSpace(string(boot)), Host: host, Space: space}
	if job := os.Getenv("SLURM_JOB_ID"); job != "" {
		o.Job = os.Getenv("SLURM_CLUSTER_NAME") + "/" + job
		o.Try, _ = strconv.Atoi(os.Getenv("SLURM_RESTART_COUNT")) // not set at the first try
	}
	return o
}

// processStart tells whether a process lives and, on Linux, when it started.
func processStart(pid int) (start string, alive bool) {
	if !processAlive(pid) {
		return "", false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "", true
	}
	// The process name, in parentheses, may contain anything. Behind it the
	// start time is the 20th field.
	rest := stat[bytes.LastIndexByte(stat, ')')+1:]
	if fields := bytes.Fields(rest); len(fields) >= 20 {
		start = string(fields[19])
	}
	return start, true
}

// Unlock gives the lock back and removes the file.
func (l *HeldLock) Unlock() error {
	// Remove it while it is locked: afterwards it may be another's.
	err := os.Remove(l.path)
	if closeErr := l.f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fail("unlock", l.path, err)
	}
	return nil
}
