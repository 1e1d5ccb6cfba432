package cli

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/experiment"
)

// Computing are the flags that say how something is computed, not what. Results
// do not depend on Threads and Memory, and on Solver in their last bits only (of multigrid, in what its tolerance leaves).
type Computing struct {
	Solver  string `enum:"auto,dense,sparse,multigrid" default:"auto" help:"Solver: auto (by size), dense, sparse, or multigrid, which balances loads to 1e-10 and is for large lattices in space."`
	Threads int    `placeholder:"N" help:"Threads that compute: of the sparse solver and of multigrid, of hubs and combs, of bodies, of a simulated bench; default: one a processor. Results are the same for any number."`
	Memory  string `placeholder:"SIZE" env:"ELASTRAIN_MEMORY" help:"Memory it may take, such as 2GiB, or none for no limit; default: what the machine has left."`
}

// programMemory is what the limit leaves to what Go's collector does not manage: code,
// and tables of the operating system.
const programMemory = 32 << 20

// Options are the flags as package experiment takes them. It also makes the collector
// work harder near the limit, unless GOMEMLIMIT says otherwise.
func (c *Computing) Options() (experiment.Options, error) {
	o := experiment.Options{Solver: c.Solver, Threads: c.Threads}
	if c.Threads < 0 {
		return o, &UsageError{Text: fmt.Sprintf("%d threads compute nothing", c.Threads), Help: "give 1 or more, or leave --threads out"}
	}
	switch c.Memory {
	case "none":
		return o, nil
	case "":
		o.Memory = available(os.DirFS("/"))
	default:
		var err error
		if o.Memory, err = parseSize(c.Memory); err != nil {
			return o, &UsageError{Text: err.Error(), Help: "write --memory 2GiB, 1500MB or none"}
		}
	}
	if o.Memory > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(max(o.Memory-programMemory, programMemory))
	}
	return o, nil
}

// parseSize reads a number of bytes: 2GiB, 1500 MB.
func parseSize(text string) (int64, error) {
	units := []struct {
		name string
		size float64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}}
	for _, u := range units {
		number, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || !(v > 0) || v*u.size > math.MaxInt64/2 {
			return 0, fmt.Errorf("`%s` is not an amount of memory", text)
		}
		return int64(v * u.size), nil
	}
	return 0, fmt.Errorf("`%s` is an amount of memory without a unit", text)
}

// available is how many bytes a process may still take, as Linux says it below /proc and
// /sys; 0 where it is unknown.
func available(root fs.FS) int64 {
	least := int64(0)
	take := func(bytes int64) {
		if bytes > 0 && (least == 0 || bytes < least) {
			least = bytes
		}
	}
	take(entry(root, "proc/meminfo", "MemAvailable:") << 10)
	groups, _ := fs.ReadFile(root, "proc/self/cgroup")
	for _, line := range strings.Split(string(groups), "\n") {
		parts := strings.SplitN(line, ":", 3)
		if len(parts) < 3 {
			continue
		}
		base, limit, used, cache := "sys/fs/cgroup", "memory.max", "memory.current", "inactive_file "
		if parts[1] == "memory" { // version 1
			base, limit, used, cache = "sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "
		} else if parts[1] != "" {
			continue
		}
		for dir := path.Clean("/" + parts[2]); ; dir = path.Dir(dir) { // the limits of all groups above hold as well
			at := path.Join(base, dir)
			if most := entry(root, path.Join(at, limit), ""); most > 0 {
				take(max(most-entry(root, path.Join(at, used), "")+entry(root, path.Join(at, "memory.stat"), cache), 1))
			}
			if dir == "/" {
				break
			}
		}
	}
	return least
}

// entry is the number that follows a key at the beginning of a line of a file; 0 for none.
func entry(root fs.FS, name, key string) int64 {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		rest, ok := strings.CutPrefix(line, key)
		if !ok {
			continue
		}
		fields := strings.Fields(rest)
		if len(fields) == 0 {
			return 0
		}
		v, err := strconv.ParseInt(fields[0], 10, 64)
		if err != nil || v < 0 || v > 1<<52 { // more than any machine has
			return 0
		}
		return v
	}
	return 0
}
