package slurm

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	a, err := Parse(`partition=short, time=1-2:30:00,nodelist=node[1,3-4],jobs=12,"constraint=a,b",exclusive,--mem=2G`)
	if err != nil {
		t.Fatal(err)
	}
	want := "{12 [{partition short} {time 1-2:30:00} {nodelist node[1,3-4]} {constraint a,b} {exclusive } {mem 2G}]}"
	if got := fmt.Sprint(*a); got != want {
		t.Errorf("%s\n%s", got, want)
	}
	for text, says := range map[string]string{
		"partition=a,partition=b": "given twice",
		"array=1-4":               "jobs=8",
		"jobs=0":                  "no number of jobs",
		"jobs=many":               "no number of jobs",
		"time=soon":               "no time",
		"time=":                   "no line of a script",
		"Partition=x":             "no option",
		"a b=c":                   "no option",
		"comment=a\nb":            "no line of a script",
		"nodelist=[1,2":           "not closed",
		"comment='x":              "not closed",
		"=":                       "no option",
	} {
		var bad *OptionError
		if _, err := Parse(text); !errors.As(err, &bad) || !strings.Contains(bad.Text+bad.Help, says) || bad.Help == "" {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
}

// The script hands signals on, and puts its job back into the queue when the work ends with 75, whatever the program's
// directory is called.
func TestScript(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip(err)
	}
	dir := filepath.Join(t.TempDir(), "it's 100 %")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o777); err != nil {
			t.Fatal(err)
		}
		return path
	}
	program := write("work", "#!/bin/sh\necho \"$@\" > "+quote(dir+"/said")+"\ntrap 'exit 75' USR1\n[ \"$WAIT\" ] && kill -USR1 $PPID && while :; do sleep 0.05; done\nexit $CODE\n")
	write("squeue", "#!/bin/sh\n[ \"$*\" = '-h -o %T -j 7_2' ] && echo \"$STATE\"\n")
	write("scontrol", "#!/bin/sh\necho \"$@\" > "+quote(dir+"/control")+"\n")
	a := &Array{Jobs: 8, Options: []Option{{"comment", `say "it" #1`}, {"job-name", "mine"}}}
	script := write("slurm.sh", string(a.Script(Sweep{Program: program, Dir: dir, Name: "no", Points: 10, Chunks: 3})))
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"#SBATCH --array=1-3\n", "#SBATCH --comment=\"say \\\"it\\\" #1\"\n", "#SBATCH --job-name=mine\n", "100 %%/slurm-%A_%a.txt", "#SBATCH --requeue\n"} {
		if !strings.Contains(string(text), line) {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
	if strings.Contains(string(text), "job-name=no") {
		t.Error("an option that is given is given twice")
	}
	for _, c := range []struct {
		env     string
		state   string // in which Slurm has the job by then
		code    int
		requeue bool
	}{
		{"CODE=0", "RUNNING", 0, false}, {"CODE=5", "RUNNING", 5, false}, {"CODE=75", "RUNNING", 75, true}, {"WAIT=1", "RUNNING", 75, true},
		{"CODE=75", "", 75, true}, {"WAIT=1", "COMPLETING", 75, false}, // squeue does not answer; it is being cancelled
	} {
		_ = os.Remove(filepath.Join(dir, "control"))
		command := exec.Command(bash, script)
		command.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), c.env, "STATE="+c.state, "SLURM_ARRAY_JOB_ID=7", "SLURM_ARRAY_TASK_ID=2", "SLURM_CPUS_PER_TASK=3")
		said, err := command.CombinedOutput()
		if command.ProcessState.ExitCode() != c.code {
			t.Errorf("%s: %v %s", c.env, err, said)
		}
		control, _ := os.ReadFile(filepath.Join(dir, "control"))
		if again := string(control) == "requeue 7_2\n"; again != c.requeue {
			t.Errorf("%s, %s: scontrol %q", c.env, c.state, control)
		}
	}
	if said, err := os.ReadFile(filepath.Join(dir, "said")); err != nil || string(said) != "sweep --join "+dir+" --no-wait --threads 3\n" {
		t.Errorf("%q %v", said, err)
	}
}

func TestSubmit(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	if _, err := Submit(t.Context(), "x"); !errors.Is(err, ErrAbsent) {
		t.Error(err)
	}
	fake := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "sbatch"), []byte("#!/bin/sh\n"+text), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	fake("echo '41;cluster'")
	if job, err := Submit(t.Context(), "x"); err != nil || job != "41" {
		t.Error(job, err)
	}
	fake("echo 'sbatch: error: invalid partition specified: nowhere' >&2; exit 1")
	var refused *RefusedError
	if _, err := Submit(t.Context(), "x"); !errors.As(err, &refused) || refused.Error() != "sbatch: error: invalid partition specified: nowhere" {
		t.Error(err)
	}
}

// A job of a sweep by halving waits for what others are at, for the next rung comes after it; any other ends when nothing is left to take.
func TestScriptWaits(t *testing.T) {
	a := &Array{Jobs: 2}
	for _, wait := range []bool{false, true} {
		text := string(a.Script(Sweep{Program: "/bin/e", Dir: "/d", Name: "d", Points: 4, Chunks: 4, Wait: wait}))
		if strings.Contains(text, "--no-wait") == wait || !strings.Contains(text, "/bin/e sweep --join /d") {
			t.Errorf("waits %v:\n%s", wait, text)
		}
	}
}
