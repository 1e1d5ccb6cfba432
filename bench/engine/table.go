package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// row is the result on one lattice with some number of threads.
type row struct {
	lattice       string
	threads       int
	n             int
	peer          string  // the fastest, of any side with at most that many threads
	peerStep      float64 // medians, s
	step          float64
	ratio         float64 // peer's step by ours: median of the ratios of single rounds
	limit         float64 // least time of a step by flops and memory, s; 0 unknown
	peak, analyze [2]float64
}

// usual is the lattices of the table. f3e5 is left out: it takes half an hour and 4 GB.
const usual = "t1e3 t1e4 t1e5 t1e6 f1e4 f1e5"

// readNumbers is how many are read to measure memory: 1 GiB.
var readNumbers = 1 << 27

// table prints what comes out of all rounds on all lattices, as Markdown. Lattice
// files that are missing in dir are written.
func table(dir string, names []string, rounds, threads int, out, log io.Writer) error {
	if len(names) == 0 {
		names = strings.Fields(usual)
	}
	for _, name := range names {
		if err := provide(dir, name); err != nil {
			return err
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Fprintln(log, "limits of this machine")
	c := prepare(dir, self, threads)
	for i := range c.limits {
		l := &c.limits[i]
		l.update, l.read = updateRate(l.threads, time.Duration(0.1*turn*float64(time.Second))), readRate(l.threads, readNumbers)
	}
	var rows []row
	for _, name := range names {
		if err := c.compete(latticeFile(dir, name), rounds, log); err != nil {
			return err
		}
		for i := range c.limits {
			rows = append(rows, c.row(name, &c.limits[i]))
		}
	}
	_, err = io.WriteString(out, c.markdown(rows, rounds))
	return err
}

func latticeFile(dir, name string) string { return filepath.Join(dir, name+".lat") }

// provide writes a lattice file that is not there.
func provide(dir, name string) error {
	path := latticeFile(dir, name)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	l, err := generate(name)
	if err != nil {
		return err
	}
	return writeLattice(path, l)
}

// row sums up the rounds on a lattice.
func (c *contest) row(lattice string, l *limits) row {
	var we, peer, chol *side
	for _, s := range c.sides {
		switch {
		case s.out || s.threads > l.threads:
		case s.is(ours):
			if s.threads == l.threads {
				we = s
			}
		default:
			if peer == nil || s.step() < peer.step() {
				peer = s
			}
			if s.is(cholmod) && (chol == nil || s.step() < chol.step()) {
				chol = s
			}
		}
	}
	r := row{lattice: lattice, threads: l.threads}
	if we == nil {
		return r
	}
	r.n, r.step = we.rounds[0].N, we.step()
	r.peak[0], r.analyze[0] = we.resources()
	counts := we.rounds[0] // of the factor; a peer's where we do not tell
	if peer != nil {
		r.peer, r.peerStep = fmt.Sprintf("%s, %d thr.", peer.rounds[0].Solver, peer.threads), peer.step()
		var ratios []float64
		for i := range we.rounds {
			ratios = append(ratios, peer.rounds[i].Step/we.rounds[i].Step)
		}
		r.ratio = median(ratios)
		if counts.Flops == 0 {
			counts = peer.rounds[0]
		}
	}
	if counts.Flops > 0 {
		r.limit = l.seconds(counts)
	}
	if chol != nil {
		r.peak[1], r.analyze[1] = chol.resources()
	}
	return r
}

// resources are medians over the rounds: peak memory in MiB, seconds of analysis.
func (s *side) resources() (peak, analyze float64) {
	var memory, seconds []float64
	for _, r := range s.rounds {
		memory, seconds = append(memory, r.Peak), append(seconds, r.Analyze)
	}
	return median(memory), median(seconds)
}

func (c *contest) markdown(rows []row, rounds int) string {
	var b strings.Builder
	b.WriteString("| lattice | unknowns | threads | fastest peer | its step, s | our step, s | peer / ours | limit, s | limit / ours | peak MiB, ours / CHOLMOD | analysis s, ours / CHOLMOD |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, r := range rows {
		share := "-"
		if r.limit > 0 {
			share = fmt.Sprintf("%.0f %%", 100*r.limit/r.step)
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %s | %s | %s | %s | %s | %s | %s / %s | %s / %s |\n", r.lattice, r.n, r.threads, dash(r.peer), digits(r.peerStep),
			digits(r.step), digits(r.ratio), digits(r.limit), share, digits(r.peak[0]), digits(r.peak[1]), digits(r.analyze[0]), digits(r.analyze[1]))
	}
	b.WriteString("\n| threads | dgemm, GFLOP/s | kernel.Update, GFLOP/s | reading memory, GB/s |\n|---|---|---|---|\n")
	for _, l := range c.limits {
		fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", l.threads, digits(l.dgemm), digits(l.update), digits(l.read))
	}
	fmt.Fprintf(&b, "\n%s. Medians of %d rounds.", machine(), rounds)
	if c.core != "" {
		fmt.Fprintf(&b, " OpenBLAS kernels: %s.", c.core)
	}
	b.WriteString("\n")
	for _, note := range c.notes {
		fmt.Fprintf(&b, "\nLeft out: %s\n", note)
	}
	return b.String()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// digits writes three of them, and a dash for what is not known.
func digits(v float64) string {
	switch {
	case v == 0:
		return "-"
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v < 1e-4:
		return fmt.Sprintf("%.2e", v)
	}
	text := fmt.Sprintf("%#.3g", v)
	return strings.TrimSuffix(text, ".")
}

// machine names the processor as far as the system tells.
func machine() string {
	var name []string
	f, err := os.Open("/proc/cpuinfo")
	if err == nil {
		defer func() { _ = f.Close() }() // it was only read
		for lines := bufio.NewScanner(f); lines.Scan() && len(name) < 3; {
			key, value, _ := strings.Cut(lines.Text(), ":")
			switch key, value = strings.TrimSpace(key), strings.TrimSpace(value); key {
			case "model name":
				name = append(name, value)
			case "cpu family":
				name = append(name, "family "+value)
			case "model":
				name = append(name, "model "+value)
			}
		}
		slices.Sort(name) // capitals first: the name, then family and model
	}
	name = append(name, fmt.Sprintf("%d cores, %s/%s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH))
	return strings.Join(name, ", ")
}
