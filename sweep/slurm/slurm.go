// Package slurm hands the chunks of a sweep to the queue of a cluster.
//
// Its one idea: the queue gets one array of equal jobs, each of which joins the sweep and takes what is left to do. So
// it does not matter how many of them run, when, in which order, or how often one is stopped and started again; and
// the script that says so is written beside the sweep, for a person to read, change and submit.
package slurm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// Array is what is asked of the queue.
type Array struct {
	Jobs    int      // at most, at a time
	Options []Option // of sbatch, in the order in which they were given
}

// Option is an option of sbatch; flags have no value.
type Option struct{ Key, Value string }

// mostJobs is how many jobs an array has unless somebody says how many.
const mostJobs = 8

// OptionError is about a word of --slurm.
type OptionError struct{ Text, Help string }

func (e *OptionError) Error() string { return e.Text }

var (
	keyForm   = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	timeForm  = regexp.MustCompile(`^(\d+|\d+:\d\d|\d+:\d\d:\d\d|\d+-\d+|\d+-\d+:\d\d|\d+-\d+:\d\d:\d\d)$`)
	valueForm = regexp.MustCompile(`^[ -~]+$`)
)

// Parse reads options such as partition=short,time=1:00:00,jobs=8. Commas within brackets or quotes part nothing.
func Parse(text string) (*Array, error) {
	a := &Array{Jobs: mostJobs}
	words, err := split(text)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, word := range words {
		key, value, valued := strings.Cut(word, "=")
		key, value = strings.TrimLeft(strings.TrimSpace(key), "-"), strings.TrimSpace(value)
		no := func(help, format string, args ...any) error {
			return &OptionError{fmt.Sprintf(format, args...), help}
		}
		switch {
		case !keyForm.MatchString(key):
			return nil, no("write partition=short,time=1:00:00,jobs=8; a value with a comma stands in quotes or brackets", "`%s` is no option of sbatch", word)
		case seen[key]:
			return nil, no("give each option once", "`%s` is given twice", key)
		case valued && !valueForm.MatchString(value):
			return nil, no("write it as sbatch takes it", "`%s` has a value that no line of a script can hold", key)
		case key == "array":
			return nil, no("write jobs=8: that many jobs share all that is to be trained", "the array is made here")
		case key == "time" && !timeForm.MatchString(value):
			return nil, no("write minutes, hours:minutes:seconds or days-hours, such as time=2:00:00", "`%s` is no time", value)
		case key == "jobs":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > 100_000 {
				return nil, no("give how many jobs share the work, such as jobs=8", "jobs=%s is no number of jobs", value)
			}
			a.Jobs = n
		default:
			a.Options = append(a.Options, Option{key, value})
		}
		seen[key] = true
	}
	return a, nil
}

// split parts a list at its commas.
func split(text string) (words []string, err error) {
	var word strings.Builder
	depth, quote := 0, rune(0)
	flush := func() {
		if strings.TrimSpace(word.String()) != "" {
			words = append(words, word.String())
		}
		word.Reset()
	}
	for _, c := range text {
		switch {
		case quote != 0 && c == quote:
			quote = 0
			continue
		case quote != 0:
		case c == '"' || c == '\'':
			quote = c
			continue
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == ',' && depth == 0:
			flush()
			continue
		}
		word.WriteRune(c)
	}
	flush()
	if quote != 0 || depth != 0 {
		return nil, &OptionError{"a quote or bracket of the options is not closed", "write such as partition=short,nodelist=node[1-4],time=1:00:00"}
	}
	return words, nil
}

// Sweep is what a script is about.
type Sweep struct {
	Program string // absolute path
	Dir     string // absolute path
	Name    string // of the job
	Points  int
	Chunks  int
	Wait    bool // a job that finds nothing to take waits: more may come, as by halving the next rung
}

// Jobs is how many jobs a sweep gets: no more than it has chunks.
func (a *Array) jobs(s Sweep) int { return max(1, min(a.Jobs, s.Chunks)) }

// Script is the batch script.
func (a *Array) Script(s Sweep) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `#!/bin/bash
# %d trainings in %d chunks, shared out among the jobs of one array. Each takes chunks until none is left, so it may be
# submitted again at any time, also with other numbers, and jobs may be cancelled.
#   submit     sbatch %s
#   how far    %s sweep status %s
#   table      %s sweep table %s
`, s.Points, s.Chunks, quote(s.Dir+"/slurm.sh"), quote(s.Program), quote(s.Dir), quote(s.Program), quote(s.Dir))
	given := map[string]bool{}
	for _, o := range a.Options {
		given[o.Key] = true
	}
	options := []Option{{"array", fmt.Sprintf("1-%d", a.jobs(s))}}
	for _, o := range []Option{{"job-name", s.Name}, {"output", strings.ReplaceAll(s.Dir, "%", "%%") + "/slurm-%A_%a.txt"}, {"open-mode", "append"}, {"ntasks", "1"}, {"requeue", ""}, {"signal", "B:USR1@60"}} {
		if !given[o.Key] {
			options = append(options, o)
		}
	}
	for _, o := range append(options, a.Options...) {
		fmt.Fprintf(&b, "#SBATCH --%s", o.Key)
		if o.Value != "" {
			fmt.Fprintf(&b, "=%s", directive(o.Value))
		}
		b.WriteByte('\n')
	}
	wait := " --no-wait"
	if s.Wait {
		wait = ""
	}
	fmt.Fprintf(&b, `
# Before the time is over, or when the machine is wanted by others, Slurm sends a signal to this script, which hands it
# on: the program keeps what it has and ends with 75. Then the job goes back to the queue, and goes on when it is its turn;
# one that Slurm is ending already (COMPLETING), such as by scancel, stays cancelled.
hand_on() { told=yes; [ -z "$pid" ] || kill -s "$1" "$pid" 2>/dev/null; }
trap 'hand_on USR1' USR1
trap 'hand_on TERM' TERM

%s sweep --join %s%s --threads "${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}" &
pid=$!
wait "$pid"
code=$?
while [ "$code" -gt 128 ] && [ -n "$told" ] && kill -0 "$pid" 2>/dev/null; do # the signal ended the waiting, not the work
	wait "$pid"
	code=$?
done
job=${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}
if [ "$code" = 75 ] && [ "$(squeue -h -o %%T -j "$job")" != COMPLETING ]; then
	scontrol requeue "$job" || echo "sbatch $0 goes on"
fi
exit "$code"
`, quote(s.Program), quote(s.Dir), wait)
	return b.Bytes()
}

// quote makes a word of a shell.
func quote(word string) string {
	if regexp.MustCompile(`^[A-Za-z0-9_./=:@%+,-]+$`).MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// directive makes a value of a line of a script, which sbatch reads with its own rules of quoting.
func directive(value string) string {
	if !strings.ContainsAny(value, " \t'\"\\#") {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

// ErrAbsent says that there is no sbatch here.
var ErrAbsent = errors.New("there is no sbatch on this machine")

// RefusedError is what sbatch said.
type RefusedError struct{ Text string }

func (e *RefusedError) Error() string { return "sbatch: " + e.Text }

// Submit hands a script to the queue, and returns the number of the job.
func Submit(ctx context.Context, script string) (job string, err error) {
	sbatch, err := exec.LookPath("sbatch")
	if err != nil {
		return "", ErrAbsent
	}
	var out, said bytes.Buffer
	command := exec.CommandContext(ctx, sbatch, "--parsable", script)
	command.Stdout, command.Stderr = &out, &said
	if err := command.Run(); err != nil {
		text := strings.TrimSpace(said.String())
		if text == "" {
			text = err.Error()
		}
		return "", &RefusedError{strings.TrimPrefix(text, "sbatch: ")}
	}
	job, _, _ = strings.Cut(strings.TrimSpace(out.String()), ";") // job;cluster
	return job, nil
}
