package cli

import (
	"errors"
	"os"
	"runtime/debug"
	"testing"
	"testing/fstest"
)

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{"2GiB": 2 << 30, "2GB": 2e9, "1.5 MiB": 3 << 19, "700B": 700, "64 kB": 64000, "1TiB": 1 << 40} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "2", "GiB", "-1GiB", "0MB", "NaNGB", "1e300GiB", "2 gib", "many MB"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("%q is taken for %d bytes", text, got)
		}
	}
}

func TestOptions(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "")
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	o, err := (&Computing{Solver: "sparse", Threads: 3, Memory: "1GiB"}).Options()
	if err != nil || o.Solver != "sparse" || o.Threads != 3 || o.Memory != 1<<30 {
		t.Errorf("%+v, %v", o, err)
	}
	if got := debug.SetMemoryLimit(-1); got != 1<<30-programMemory {
		t.Errorf("the collector's limit is %d", got)
	}
	if o, err := (&Computing{Memory: "none"}).Options(); err != nil || o.Memory != 0 {
		t.Errorf("none: %+v, %v", o, err)
	}
	if o, err := (&Computing{}).Options(); err != nil || (o.Memory > 0) != (available(os.DirFS("/")) > 0) {
		t.Errorf("the machine's own: %+v, %v", o, err)
	}
	var usage *UsageError
	for _, c := range []Computing{{Threads: -1}, {Memory: "2"}} {
		if _, err := c.Options(); !errors.As(err, &usage) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// What a process may still take is the least of what the machine has and what the groups
// it is in may take.
func TestAvailable(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	meminfo := file("MemTotal:  9000000 kB\nMemFree: 1 kB\nMemAvailable:    4000000 kB\n")
	v2 := fstest.MapFS{"proc/meminfo": meminfo, "proc/self/cgroup": file("0::/jobs/mine\n"),
		"sys/fs/cgroup/jobs/mine/memory.max": file("max\n"),
		"sys/fs/cgroup/jobs/memory.max":      file("1000000000\n"), "sys/fs/cgroup/jobs/memory.current": file("300000000\n"),
		"sys/fs/cgroup/jobs/memory.stat": file("anon 200000000\nfile 100000000\ninactive_file 50000000\n")}
	v1 := fstest.MapFS{"proc/meminfo": meminfo, "proc/self/cgroup": file("12:pids:/a\n4:memory:/a\n"),
		"sys/fs/cgroup/memory/a/memory.limit_in_bytes": file("500\n"), "sys/fs/cgroup/memory/a/memory.usage_in_bytes": file("900\n")}
	for _, test := range []struct {
		name string
		root fstest.MapFS
		want int64
	}{
		{"nothing known", fstest.MapFS{}, 0},
		{"no group", fstest.MapFS{"proc/meminfo": meminfo}, 4000000 << 10},
		{"no limit", fstest.MapFS{"proc/meminfo": meminfo, "proc/self/cgroup": file("0::/\n"), "sys/fs/cgroup/memory.max": file("max")}, 4000000 << 10},
		{"a group above has a limit", v2, 750000000},
		{"version 1, nothing left", v1, 1},
		{"damaged", fstest.MapFS{"proc/meminfo": file("MemAvailable:\nMemAvailable: x kB"), "proc/self/cgroup": file("::\nx")}, 0},
	} {
		if got := available(test.root); got != test.want {
			t.Errorf("%s: %d bytes, want %d", test.name, got, test.want)
		}
	}
}

// Whatever stands in these files, a limit is not negative.
func FuzzAvailable(f *testing.F) {
	f.Add("MemAvailable: 12 kB", "0::/a/b", "max")
	f.Add("MemAvailable: -5 kB", "0::../..", "-7")
	f.Add("", "1:memory:/x\n0::", "9223372036854775807")
	f.Fuzz(func(t *testing.T, meminfo, groups, limit string) {
		root := fstest.MapFS{}
		for name, text := range map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": groups,
			"sys/fs/cgroup/memory.max": limit, "sys/fs/cgroup/memory.current": limit, "sys/fs/cgroup/memory/memory.limit_in_bytes": limit} {
			root[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if got := available(root); got < 0 {
			t.Errorf("%d bytes", got)
		}
	})
}
