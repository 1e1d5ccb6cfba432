//go:build linux

package cluster

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// sheet is a lattice in the plane that learns for some seconds.
const sheet = `elastrain: 1
network: {lattice: triangular, size: 29 x 23, spacing: 10 mm}
bonds: {stiffness: 20..500 N/m, start: 100 N/m}
supports: {pinned: [639..667]}
task:
  kind: behaviour
  cases:
    - push: [{node: 9, along: -y, force: 100 mN}]
      want: [{node: 300, along: x, move: 0.3 mm}, {node: 340, along: x, move: -0.3 mm}]
    - push: [{node: 20, along: -y, force: 50 mN}]
      want: [{node: 340, along: x, move: 0.1 mm}]
learn: {method: gradient-descent, epochs: 1000}
`

// stiffnesses are those of bonds.csv of a run.
func (p *place) stiffnesses(dir string) []float64 {
	p.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(p.read(filepath.Join(dir, "bonds.csv")))).ReadAll()
	if err != nil {
		p.t.Fatal(err)
	}
	column := -1
	for i, name := range rows[0] {
		if strings.Contains(name, "stiffness") {
			column = i
		}
	}
	var k []float64
	for _, row := range rows[1:] {
		v, err := strconv.ParseFloat(row[column], 64)
		if err != nil {
			p.t.Fatal(err)
		}
		k = append(k, v)
	}
	return k
}

// The script of docs/how-to-cluster.md for a lattice that ranks share: two ranks are told that their time is nearly over and go back
// into the queue; they are told to end, and the job is cancelled; and another job goes on with three ranks. It comes to the stiffnesses
// of one process that was never stopped, to 1e-8.
func TestRequeuedRanks(t *testing.T) {
	p := begin(t, "sbatch", "slurmctld", "munged", "scontrol", "mpirun", "pkg-config")
	if err := exec.Command("pkg-config", "--exists", "petsc").Run(); err != nil {
		t.Skip("there is no PETSc")
	}
	build := exec.Command("go", "build", "-tags", "petsc", "-o", filepath.Join(p.dir, "elastrain-petsc"), "../../cmd/elastrain-petsc")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	page, err := os.ReadFile("../../docs/how-to-cluster.md")
	if err != nil {
		t.Fatal(err)
	}
	_, script, found := strings.Cut(string(page), "save this as `big.sh`:\n\n```bash\n")
	script, _, whole := strings.Cut(script, "```")
	if !found || !whole {
		t.Fatal("docs/how-to-cluster.md has no script for ranks")
	}
	p.put("big.yaml", sheet)
	p.put("big.sh", script)
	p.run("elastrain", "train", "big.yaml", "--out", "alone", "--no-figures")
	p.slurm()
	// Ranks share the processors of this machine, which does other work too, and the daemons are root's.
	p.env = append(p.env, "PATH="+p.dir+":"+os.Getenv("PATH"), "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1",
		"OMPI_MCA_mpi_yield_when_idle=1", "OMPI_MCA_hwloc_base_binding_policy=none", "OMPI_MCA_rmaps_base_oversubscribe=1")
	epochs := func() int {
		text, _ := os.ReadFile(filepath.Join(p.dir, "big/metrics.csv")) // not there at first
		return bytes.Count(text, []byte("\n"))
	}
	further := func() {
		from := epochs()
		p.until("epochs", 3*time.Minute, func() bool { return epochs() > from+20 })
		if epochs() > 900 {
			t.Fatal("it has ended before it is told to")
		}
	}
	job := strings.Fields(p.run("sbatch", "big.sh"))[3]
	shows := func(what string) func() bool {
		return func() bool { return strings.Contains(p.run("scontrol", "show", "job", job), what) }
	}
	further()
	p.run("scancel", "--batch", "--signal=USR1", job)
	p.until("the job to be put back", 2*time.Minute, shows("Restarts=1"))
	p.until("the job to wait for its time", 2*time.Minute, shows("Reason=BeginTime"))
	told := epochs()
	p.run("scontrol", "update", "JobId="+job, "StartTime=now")
	further()
	p.run("scancel", "--batch", "--signal=TERM", job) // likewise
	p.until("the job to be put back again", 2*time.Minute, shows("Restarts=2"))
	p.run("scancel", job)
	again := epochs()
	job = strings.Fields(p.run("sbatch", "--ntasks=3", "--overcommit", "big.sh"))[3]
	p.over(job, 8*time.Minute)
	t.Logf("told to end after %d and %d records, of %d", told, again, epochs())
	want, got := p.stiffnesses("alone"), p.stiffnesses("big")
	if len(want) == 0 || len(want) != len(got) {
		t.Fatalf("%d bonds and %d", len(want), len(got))
	}
	most := 0.0
	for i := range want {
		most = max(most, math.Abs(got[i]-want[i])/want[i])
	}
	t.Logf("stiffnesses are %.1e apart", most)
	if !(most < 1e-8) {
		t.Errorf("stiffnesses are %.1e apart from those of one process", most)
	}
	if names, err := filepath.Glob(filepath.Join(p.dir, "big/ranks/step-*-of-3/rank-*.ckpt")); err != nil || len(names) != 3 {
		t.Errorf("the last state is of %v %v", names, err)
	}
}
