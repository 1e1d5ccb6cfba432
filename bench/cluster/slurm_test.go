//go:build linux

package cluster

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// place is a directory with the program and some experiments in it.
type place struct {
	t   *testing.T
	dir string
	env []string
}

// begin builds the program, or skips.
func begin(t *testing.T, programs ...string) *place {
	t.Helper()
	if os.Getenv("ELASTRAIN_CLUSTER") == "" {
		t.Skip("takes minutes: with ELASTRAIN_CLUSTER=1")
	}
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	p := &place{t: t, dir: t.TempDir(), env: os.Environ()}
	build := exec.Command("go", "build", "-o", filepath.Join(p.dir, "elastrain"), "../../cmd/elastrain")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	iris, err := os.ReadFile("../../examples/iris.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p.put("iris.yaml", string(iris))
	return p
}

func (p *place) put(name, text string) string {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o777); err != nil {
		p.t.Fatal(err)
	}
	return path
}

func (p *place) read(name string) string {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

// command is a command in the directory; the program is found there.
func (p *place) command(name string, args ...string) *exec.Cmd {
	if name == "elastrain" {
		name = filepath.Join(p.dir, name)
	}
	c := exec.Command(name, args...)
	c.Dir, c.Env = p.dir, p.env
	return c
}

// run runs a command to its end, which must be good, and returns what it said.
func (p *place) run(name string, args ...string) string {
	p.t.Helper()
	said, err := p.command(name, args...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, said)
	}
	return string(said)
}

// until waits for something to be so, looking twice a second.
func (p *place) until(what string, within time.Duration, so func() bool) {
	p.t.Helper()
	for began := time.Now(); !so(); time.Sleep(500 * time.Millisecond) {
		if time.Since(began) > within {
			p.t.Fatalf("waited %v for %s", within, what)
		}
	}
}

// slurm starts the daemons, and ends them with the test.
func (p *place) slurm() {
	p.t.Helper()
	if os.Geteuid() != 0 {
		p.t.Skip("the daemons of a test are started as root")
	}
	script, err := filepath.Abs("slurm.sh")
	if err != nil {
		p.t.Fatal(err)
	}
	// Not below the directory of the test: the path of a socket must be short.
	dir, err := os.MkdirTemp("", "slurm")
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.Remove(dir); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { p.run(script, "stop", dir) })
	var out, said bytes.Buffer
	start := exec.Command(script, "start", dir)
	start.Stdout, start.Stderr = &out, &said
	if err := start.Run(); err != nil {
		p.t.Fatalf("%v: %s", err, said.String())
	}
	p.env = append(p.env, strings.TrimSpace(strings.TrimPrefix(out.String(), "export ")))
}

// over waits until a job, and every job of an array, is done. One that was put back waits until Slurm lets it begin again;
// that is cut short.
func (p *place) over(job string, within time.Duration) {
	p.t.Helper()
	p.until("job "+job+" to end", within, func() bool {
		for one := range strings.SplitSeq(strings.TrimSpace(p.run("scontrol", "show", "job", "-o", job)), "\n") {
			field := func(key string) string {
				_, rest, _ := strings.Cut(one, " "+key+"=")
				value, _, _ := strings.Cut(rest, " ")
				return value
			}
			id, _, _ := strings.Cut(strings.TrimPrefix(one, "JobId="), " ")
			switch state := field("JobState"); state {
			case "COMPLETED", "CANCELLED":
				continue
			case "PENDING":
				if field("Reason") == "BeginTime" {
					_ = p.command("scontrol", "update", "JobId="+id, "StartTime=now").Run() // else it begins by itself a little later
				}
			case "RUNNING", "COMPLETING", "REQUEUED", "CONFIGURING":
			default:
				p.t.Fatalf("job %s: %s", id, one)
			}
			return false
		}
		return true
	})
}

const swept = "learn.epochs=400,800"

// alone trains the sweep of these tests on this machine alone.
func (p *place) alone() string {
	p.t.Helper()
	p.run("elastrain", "sweep", "iris.yaml", swept, "seed=1..40", "-o", "alone")
	return p.read("alone/table.csv")
}

// An array of jobs trains a sweep; some of them are told by Slurm that their time is over, and some are cancelled. They are
// put back by themselves, one that is cancelled stays so, and the table is that of this machine alone, byte by byte.
func TestArray(t *testing.T) {
	p := begin(t, "sbatch", "slurmctld", "munged", "scontrol")
	want := p.alone()
	p.slurm()
	said := p.run("elastrain", "sweep", "iris.yaml", swept, "seed=1..40", "-o", "array", "--slurm", "partition=short,time=5,jobs=3")
	job := strings.TrimSuffix(strings.Fields(said)[1], ":")
	chunks := func() int {
		names, err := filepath.Glob(filepath.Join(p.dir, "array/chunks/[0-9]*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(names)
	}
	p.until("chunks", time.Minute, func() bool { return chunks() > 3 })
	p.run("scancel", "--batch", "--signal=USR1", job+"_1")
	p.run("scancel", job+"_2")
	p.until("the job to be put back", time.Minute, func() bool {
		return strings.Contains(p.run("scontrol", "show", "job", job+"_1"), "Restarts=1")
	})
	p.until("the job to be cancelled", time.Minute, func() bool {
		return strings.Contains(p.run("scontrol", "show", "job", job+"_2"), "JobState=CANCELLED")
	})
	p.over(job, 3*time.Minute)
	if got := p.read("array/table.csv"); got != want {
		t.Error("the table is another")
	}
	log, err := filepath.Glob(filepath.Join(p.dir, "array/slurm-*_1.txt"))
	if err != nil || len(log) != 1 {
		t.Fatal(log, err)
	}
	if text, err := os.ReadFile(log[0]); err != nil || !strings.Contains(string(text), "the same command goes on") {
		t.Errorf("%s %v", text, err)
	}
	for _, left := range []string{"claims/*", "workers/*", "chunks/.*"} {
		if names, err := filepath.Glob(filepath.Join(p.dir, "array", left)); err != nil || len(names) > 0 {
			t.Errorf("left behind: %v %v", names, err)
		}
	}
	if said := p.run("elastrain", "sweep", "status", "array"); !strings.Contains(said, "complete") {
		t.Error(said)
	}
}

// The script of docs/how-to-cluster.md: a long training is told that its time is nearly over, goes back into the queue, and
// comes to the bytes of one that was never stopped.
func TestRequeuedTraining(t *testing.T) {
	p := begin(t, "sbatch", "slurmctld", "munged", "scontrol")
	p.put("mine.yaml", strings.Replace(p.read("iris.yaml"), "learn:", "# long\nlearn:", 1))
	page, err := os.ReadFile("../../docs/how-to-cluster.md")
	if err != nil {
		t.Fatal(err)
	}
	_, script, _ := strings.Cut(string(page), "```bash\n")
	script, _, whole := strings.Cut(script, "```")
	if !whole || !strings.Contains(script, "#SBATCH") {
		t.Fatal("docs/how-to-cluster.md has no script")
	}
	long := []string{"seed=3", "learn.method=adam", "learn.epochs=300000", "--no-figures"}
	p.put("train.sh", strings.Replace(script, "train mine.yaml", "train mine.yaml --out mine "+strings.Join(long, " "), 1))
	p.run("elastrain", append([]string{"train", "mine.yaml", "--out", "alone"}, long...)...)
	p.slurm()
	p.env = append(p.env, "PATH="+p.dir+":"+os.Getenv("PATH"))
	job := strings.Fields(p.run("sbatch", "train.sh"))[3]
	p.until("epochs", time.Minute, func() bool {
		text, _ := os.ReadFile(filepath.Join(p.dir, "mine/metrics.csv")) // not there at first
		return bytes.Count(text, []byte("\n")) > 100
	})
	p.run("scancel", "--batch", "--signal=USR1", job)
	p.until("the job to be put back", time.Minute, func() bool {
		return strings.Contains(p.run("scontrol", "show", "job", job), "Restarts=1")
	})
	if text := p.read("mine/metrics.csv"); text == p.read("alone/metrics.csv") {
		t.Error("it had ended before it was told to")
	}
	p.over(job, 3*time.Minute)
	for _, name := range []string{"network.npz", "metrics.csv", "manifest.json", "elements.csv"} {
		if want, err := os.ReadFile(filepath.Join(p.dir, "alone", name)); err == nil && string(want) != p.read(filepath.Join("mine", name)) {
			t.Errorf("%s is another", name)
		} else if err != nil && name == "network.npz" {
			t.Error(err)
		}
	}
	if log := p.read("slurm-" + job + ".out"); !strings.Contains(log, "the same command goes on from there") {
		t.Error(log)
	}
}
