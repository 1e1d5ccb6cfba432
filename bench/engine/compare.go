package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	leastRuns = 3
	mostRuns  = 41
	hopeless  = 2.0 // a peer that is so many times slower than the best sits out
	patience  = 10  // and is not waited for that much longer
	agreement = 1e-8
	ours      = "Elastrain"
	cholmod   = "CHOLMOD"
)

var (
	turn     = 2.0              // seconds of steps in a process, roughly
	shortest = 10 * time.Second // any program is waited for so long
)

// side is one program with one setting.
type side struct {
	name    string
	threads int
	command func(lattice string, runs int) []string
	env     []string
	rounds  []*report
	out     bool // sits out
}

// is reports whether the side runs that program.
func (s *side) is(program string) bool { return strings.HasPrefix(s.name, program) }

// step is the median of the steps of all rounds.
func (s *side) step() float64 {
	var x []float64
	for _, r := range s.rounds {
		x = append(x, r.Step)
	}
	return median(x)
}

// contest is who takes part on a machine.
type contest struct {
	sides  []*side
	limits []limits // for each number of threads
	core   string   // OPENBLAS_CORETYPE, "" for OpenBLAS' own choice
	notes  []string // who does not take part, and why
}

// environment of a process that lets a peer do its best: OpenBLAS with that many threads; no threads of
// OpenMP beside them, of which CHOLMOD 3 opens four for every supernode unless it is stopped, and not even
// the regions (serial_omp.c), which makes small supernodes twice as fast; memory that malloc keeps, or
// every factorisation would fault its pages in anew, which makes them twice as fast again.
func environment(dir string, threads int, core string) []string {
	env := []string{"OMP_THREAD_LIMIT=1", "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=" + strconv.Itoa(threads),
		"MALLOC_MMAP_THRESHOLD_=4294967296", "MALLOC_TRIM_THRESHOLD_=8589934592", "MALLOC_TOP_PAD_=67108864"}
	if core != "" {
		env = append(env, "OPENBLAS_CORETYPE="+core)
	}
	if shim := filepath.Join(dir, "serial_omp.so"); exists(shim) {
		env = append(env, "LD_PRELOAD="+shim)
	}
	return env
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// prepare finds the peers in dir. self is this program.
func prepare(dir, self string, threads int) *contest {
	c := &contest{}
	have := func(program string) (string, bool) {
		path, err := exec.LookPath(filepath.Join(dir, program))
		if err != nil {
			c.notes = append(c.notes, program+" is not in "+dir)
		}
		return path, err == nil
	}
	rate := func(int) float64 { return 0 }
	if path, ok := have("dgemm"); ok {
		c.core = chooseCore(path)
		rate = func(threads int) float64 { return dgemm(path, threads, c.core) }
	}
	numbers := []int{1}
	if threads > 1 {
		numbers = append(numbers, threads)
	}
	for _, t := range numbers {
		c.limits = append(c.limits, limits{threads: t, dgemm: rate(t)})
		c.sides = append(c.sides, &side{name: ours, threads: t, command: func(lattice string, runs int) []string {
			return []string{self, lattice, "-json", "-rounds", strconv.Itoa(runs), "-threads", strconv.Itoa(t)}
		}})
	}
	if path, ok := have("cholmod"); ok {
		for _, order := range []string{"metis", "geometric"} {
			for _, t := range numbers {
				c.sides = append(c.sides, &side{name: cholmod + " " + order, threads: t, env: environment(dir, t, c.core),
					command: func(lattice string, runs int) []string { return []string{path, lattice, order, strconv.Itoa(runs)} }})
			}
		}
	}
	if path, ok := have("eigen"); ok {
		c.sides = append(c.sides, &side{name: "Eigen", threads: 1, env: environment(dir, 1, c.core),
			command: func(lattice string, runs int) []string { return []string{path, lattice, strconv.Itoa(runs)} }})
	}
	return c
}

// chooseCore is the kind of processor that OpenBLAS should take this one for: it
// does not know every kind, and then falls back to slow kernels.
func chooseCore(dgemmPath string) string {
	cores := []string{"", "Haswell", "Zen", "SkylakeX"}
	rates := make([]float64, len(cores))
	for range 3 { // in turns, because the machine may be busy for a while
		for i, core := range cores {
			rates[i] = max(rates[i], dgemm(dgemmPath, 1, core))
		}
	}
	rates[0] *= 1.03 // its own choice stays unless another one clearly wins
	return cores[slices.Index(rates, slices.Max(rates))]
}

// dgemm is the rate that the program prints; 0 where it fails, as it does for
// instructions that the processor lacks.
func dgemm(path string, threads int, core string) float64 {
	command := exec.Command(path)
	command.Env = append(os.Environ(), environment(filepath.Dir(path), threads, core)...)
	text, err := command.Output()
	rate := 0.0
	if err == nil {
		_, _ = fmt.Sscan(string(text), &rate) // 0 where it printed no rate
	}
	return rate
}

// run does so many steps in one new process, which may take so long.
func (s *side) run(lattice string, runs int, patience time.Duration) (*report, error) {
	waiting, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	args := s.command(lattice, runs)
	command := exec.CommandContext(waiting, args[0], args[1:]...)
	command.Env = append(os.Environ(), s.env...)
	var problem bytes.Buffer
	command.Stderr = &problem
	text, err := command.Output()
	if waiting.Err() != nil {
		return nil, waiting.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", s.name, err, problem.Bytes())
	}
	r := &report{}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s printed no report: %w", s.name, err)
	}
	return r, nil
}

// compete lets all sides take turns on one lattice. A trial, which does not
// count, tells how many steps make a turn, and who is hopelessly slow.
func (c *contest) compete(lattice string, rounds int, log io.Writer) error {
	trials := make([]*report, len(c.sides))
	wait := time.Hour
	for i, s := range c.sides {
		s.rounds, s.out = nil, false
		start := time.Now()
		r, err := s.trial(lattice, wait)
		if errors.Is(err, context.DeadlineExceeded) {
			s.out = true
			fmt.Fprintf(log, "%s: %s, threads %d, sits out: more than %.0f s\n", lattice, s.name, s.threads, wait.Seconds())
			continue
		}
		if err != nil {
			return err
		}
		if s.is(cholmod) {
			wait = min(wait, max(patience*time.Since(start), shortest))
		}
		trials[i] = r
	}
	if err := agree(trials); err != nil {
		return fmt.Errorf("%s: %w", lattice, err)
	}
	for i, s := range c.sides {
		for j, better := range c.sides {
			if !s.out && trials[j] != nil && s.rivals(better) && trials[i].LeastStep > hopeless*trials[j].LeastStep {
				s.out = true
				fmt.Fprintf(log, "%s: %s, threads %d, sits out: %.1f times the step of %s\n",
					lattice, s.name, s.threads, trials[i].LeastStep/trials[j].LeastStep, better.name)
			}
		}
	}
	for round := range rounds {
		fmt.Fprintf(log, "%s: round %d of %d\n", lattice, round+1, rounds)
		for i, s := range c.sides {
			if s.out {
				continue
			}
			r, err := s.run(lattice, runsFor(turn, trials[i].LeastStep), time.Hour)
			if err != nil {
				return err
			}
			s.rounds = append(s.rounds, r)
		}
	}
	return nil
}

// rivals reports whether a side that is much slower than the other one may sit
// out: a peer with as many threads. The best of CHOLMOD always stays, because the
// table has its memory and its analysis.
func (s *side) rivals(other *side) bool {
	return !s.is(ours) && !other.is(ours) && s.threads == other.threads && (other.is(cholmod) || !s.is(cholmod))
}

// runsFor is how many steps fill that many seconds.
func runsFor(seconds, step float64) int {
	return int(max(leastRuns, min(mostRuns, seconds/step)))
}

// trial is a single step, or a few where it is so quick that one says nothing.
func (s *side) trial(lattice string, wait time.Duration) (*report, error) {
	r, err := s.run(lattice, 1, wait)
	if err != nil || r.Step > 0.1*turn {
		return r, err
	}
	return s.run(lattice, runsFor(0.1*turn, r.Step), wait)
}

// agree fails where sides do not compute the same gradient.
func agree(reports []*report) error {
	want := reports[0]
	for _, r := range reports {
		if r != nil && !(math.Abs(r.Checksum-want.Checksum) <= agreement*want.Checksum) {
			return fmt.Errorf("the gradient of %s sums to %.15g, that of %s to %.15g", r.Solver, r.Checksum, want.Solver, want.Checksum)
		}
	}
	return nil
}
