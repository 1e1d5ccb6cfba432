package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"time"
)

const (
	source      = "./bench/iris"
	peers       = "bench/iris/peers"
	shortEpochs = 20
)

// side is one way to train the network.
type side struct {
	name    string
	command func(inputs string) []string
	repeat  int // trainings in one process, so that a round takes a second or so
	env     []string
	rounds  []measurement
}

// measurement is one process.
type measurement struct {
	report  report
	train   float64 // median of the trainings, s
	process float64 // from start to exit, with one training, s
}

// report is what every side prints; see bench/iris.
type report struct {
	Version   string
	Seconds   []float64
	Train     float64
	Test      float64
	Loss      float64
	Stiffness []float64
}

// run trains repeat times in one new process.
func (s *side) run(inputs string, repeat int) (m measurement, err error) {
	args := append(s.command(inputs), "--repeat", strconv.Itoa(repeat))
	command := exec.Command(args[0], args[1:]...)
	command.Env = append(os.Environ(), s.env...)
	var problem bytes.Buffer
	command.Stderr = &problem
	start := time.Now()
	text, err := command.Output()
	m.process = time.Since(start).Seconds()
	if err != nil {
		return m, fmt.Errorf("%s: %w\n%s", s.name, err, problem.Bytes())
	}
	if err := json.Unmarshal(text, &m.report); err != nil {
		return m, fmt.Errorf("%s printed no report: %w", s.name, err)
	}
	if len(m.report.Seconds) != repeat {
		return m, fmt.Errorf("%s trained %d times, not %d", s.name, len(m.report.Seconds), repeat)
	}
	for _, again := range m.report.Seconds[1:] {
		m.process -= again
	}
	m.train = median(slices.Clone(m.report.Seconds))
	return m, nil
}

// prepare builds the programs and the tables in dir and finds out who can take part.
func prepare(dir, python, compiler string) (*sides, error) {
	s := &sides{full: filepath.Join(dir, "full"), short: filepath.Join(dir, "short")}
	program := filepath.Join(dir, "iris")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if err := call("go", "build", "-o", program, source); err != nil {
		return nil, err
	}
	for inputs, epochs := range map[string]int{s.full: 0, s.short: shortEpochs} {
		if err := os.Mkdir(inputs, 0o755); err != nil {
			return nil, err
		}
		if err := call(program, "-inputs", inputs, "-epochs", strconv.Itoa(epochs)); err != nil {
			return nil, err
		}
	}
	s.sides = append(s.sides, side{name: "Elastrain", repeat: 41, command: func(inputs string) []string {
		if inputs == s.short {
			return []string{program, "-epochs", strconv.Itoa(shortEpochs)}
		}
		return []string{program}
	}})

	ports := filepath.Join(dir, "ports")
	if err := call(compiler, "-O3", "-march=native", "-o", ports, peers+"/ports.c", "-lm"); err != nil {
		s.notes = append(s.notes, "plain C: "+err.Error())
	} else {
		s.sides = append(s.sides, side{name: "plain C, a solve per port", repeat: 41,
			command: func(inputs string) []string { return []string{ports, inputs} }})
	}

	script := func(name, file, module string, repeat int) {
		if err := call(python, "-c", "import numpy, "+module); err != nil {
			s.notes = append(s.notes, name+": "+err.Error())
			return
		}
		s.sides = append(s.sides, side{name: name, repeat: repeat,
			command: func(inputs string) []string { return []string{python, peers + "/" + file, inputs} }})
	}
	script("NumPy, a solve per port", "numpy_ports.py", "numpy", 7)
	script("NumPy, a solve per sample", "numpy_per_sample.py", "numpy", 1)
	script("PyTorch, autodiff", "torch_autodiff.py", "torch", 1)
	s.chooseCore()
	return s, nil
}

// chooseCore gives all Python sides one thread, the fastest for matrices of this
// size, and the OpenBLAS kernels that are the fastest here: OpenBLAS does not
// know every processor, and then falls back to slow ones.
func (s *sides) chooseCore() {
	env := []string{"OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1", "PYTHONDONTWRITEBYTECODE=1"}
	numpy := slices.IndexFunc(s.sides, func(x side) bool { return x.name == "NumPy, a solve per port" })
	if numpy < 0 {
		return
	}
	best := 0.0
	for range 3 { // in turns, because the machine may be busy for a while
		for _, core := range []string{"", "Haswell", "Zen", "SkylakeX"} {
			trial := s.sides[numpy]
			trial.env = env
			if core != "" {
				trial.env = append(env[:len(env):len(env)], "OPENBLAS_CORETYPE="+core)
			}
			m, err := trial.run(s.full, trial.repeat)
			if err != nil {
				continue // instructions that this processor lacks
			}
			if t := slices.Min(m.report.Seconds); best == 0 || t < best {
				best, s.core = t, core
			}
		}
	}
	if s.core != "" { // else OpenBLAS' own choice is the fastest
		env = append(env, "OPENBLAS_CORETYPE="+s.core)
	}
	for i := range s.sides {
		s.sides[i].env = env
	}
}

// call runs a tool; the error holds what it said last.
func call(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%s is not installed", name)
	}
	if err != nil {
		lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
		return fmt.Errorf("%s: %s", filepath.Base(name), lines[len(lines)-1])
	}
	return nil
}
