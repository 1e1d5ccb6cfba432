// Command hubs times training steps of networks whose inputs set stiffnesses against the same steps in NumPy, SciPy, and C with OpenBLAS or
// CHOLMOD (directory peers): readings and gradients of a batch. Sides run in turns on one thread, Elastrain on two as well; every side has to
// get the same sums of readings and gradients.
//
//	PEERS=DIR bench/hubs/run.sh                       # compile the peers and compare
//	go run ./bench/hubs -peers DIR -rounds 9 hubs     # or lattice
//	go run ./bench/hubs hubs                          # Elastrain alone
package main

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func main() {
	peers := flag.String("peers", "", "directory of compiled peers; none: Elastrain alone")
	python := flag.String("python", "python3", "Python with numpy and scipy")
	rounds := flag.Int("rounds", 5, "turns")
	steps := flag.Int("steps", 20, "steps of a side in a turn, of which the fastest counts")
	on := flag.Int("on", 50, "of the 196 inputs of the lattice, how many are on")
	flag.Parse()
	names := flag.Args()
	if len(names) == 0 {
		names = []string{"hubs", "lattice"}
	}
	for _, name := range names {
		if err := compare(name, *peers, *python, *rounds, *steps, *on); err != nil {
			fmt.Fprintln(os.Stderr, "hubs:", err)
			os.Exit(1)
		}
	}
}

// contest is the sides of a comparison by their names; the first is what others are measured by.
type contest struct {
	title string
	names []string
	sides []side
	// Sums within this share of the first side's are equal.
	tolerance float64
}

func (c *contest) add(name string, s side) {
	c.names, c.sides = append(c.names, name), append(c.sides, s)
}

func compare(name, peers, python string, rounds, steps, on int) error {
	c := &contest{tolerance: 1e-9}
	var write func(name string) error
	var others [][2]string // name, and command without the file of the task
	switch name {
	case "hubs":
		t := newHubTask(2000, 24, 20, 128, 784)
		c.title = "hub network: 2000 hubs of 24 branches, 20 outputs, batch of 128"
		for _, threads := range []int{1, 2} {
			s, err := t.side(threads)
			if err != nil {
				return err
			}
			c.add(fmt.Sprintf("Elastrain, %d thread(s)", threads), s)
		}
		write = t.write
		others = [][2]string{{"C, OpenBLAS", filepath.Join(peers, "hubs")}, {"NumPy", python + " bench/hubs/peers/hubs.py"}}
	case "lattice":
		t := newLatticeTask(71, 72, 196, on, 10, 128)
		c.title = fmt.Sprintf("lattice of %d unknowns: 196 inputs of which %d are on, 10 outputs, batch of 128", 2*71*71, on)
		for _, threads := range []int{1, 2} {
			s, err := t.side(threads)
			if err != nil {
				return err
			}
			c.add(fmt.Sprintf("Elastrain, %d thread(s)", threads), s)
		}
		write = t.write
		others = [][2]string{{"CHOLMOD, updates", filepath.Join(peers, "lattice") + " update"}, {"CHOLMOD, factorisations", filepath.Join(peers, "lattice") + " factor"},
			{"SciPy, splu", python + " bench/hubs/peers/lattice.py"}}
		steps = max(1, steps/10)
	default:
		return fmt.Errorf("no comparison is called %q: choose hubs or lattice", name)
	}
	if peers != "" {
		file := filepath.Join(peers, name+".task")
		if err := write(file); err != nil {
			return err
		}
		for _, o := range others {
			c.add(o[0], outside(append(strings.Fields(o[1]), file)))
		}
	}
	return c.run(rounds, steps)
}

// outside runs a program that prints the seconds of its fastest step, and its sums.
func outside(command []string) side {
	return func(steps int) (float64, []float64, error) {
		cmd := exec.Command(command[0], append(slices.Clone(command[1:]), strconv.Itoa(max(1, steps/4)))...)
		cmd.Env = append(os.Environ(), "OPENBLAS_CORETYPE=SkylakeX", "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1", "OMP_THREAD_LIMIT=1")
		var errors bytes.Buffer
		cmd.Stderr = &errors
		text, err := cmd.Output()
		if err != nil {
			return 0, nil, fmt.Errorf("%s: %w %s", command[0], err, errors.String())
		}
		var numbers []float64
		for _, word := range strings.Fields(string(text)) {
			v, err := strconv.ParseFloat(word, 64)
			if err != nil {
				return 0, nil, fmt.Errorf("%s: %w", command[0], err)
			}
			numbers = append(numbers, v)
		}
		if len(numbers) < 2 {
			return 0, nil, fmt.Errorf("%s printed nothing", command[0])
		}
		return numbers[0], numbers[1:], nil
	}
}

// run lets the sides take turns, and prints the fastest step of each and the median of its ratios to the first side.
func (c *contest) run(rounds, steps int) error {
	best := slices.Repeat([]float64{math.Inf(1)}, len(c.sides))
	ratios := make([][]float64, len(c.sides))
	var want []float64
	for range rounds {
		var first float64
		for i, s := range c.sides {
			took, sums, err := s(steps)
			if err != nil {
				return err
			}
			if want == nil {
				want = sums
			}
			for j := range want {
				if len(sums) != len(want) || !(math.Abs(sums[j]-want[j]) <= c.tolerance*math.Abs(want[j])) {
					return fmt.Errorf("%s gets sums %v, and %s %v", c.names[i], sums, c.names[0], want)
				}
			}
			if i == 0 {
				first = took
			}
			best[i] = min(best[i], took)
			ratios[i] = append(ratios[i], took/first)
		}
	}
	fmt.Println(c.title)
	for i, name := range c.names {
		slices.Sort(ratios[i])
		r := ratios[i]
		fmt.Printf("  %-24s %9.2f ms   %6.2f times the first (%.2f to %.2f in %d turns)\n", name, 1e3*best[i], r[len(r)/2], r[0], r[len(r)-1], len(r))
	}
	return nil
}
