package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

const steps = 700 // of the training

// markdown is the result of all rounds.
func (s *sides) markdown(machine string) string {
	var b strings.Builder
	b.WriteString("| | training, s | us per step | times Elastrain | whole process, s | accuracy train / test | stiffness differs by |\n")
	b.WriteString("|---|---|---|---|---|---|---|\n")
	first := &s.sides[0]
	for i := range s.sides {
		side := &s.sides[i]
		train, ratio, process := side.medians(first)
		last := side.rounds[0].report
		differs := "-"
		if i > 0 {
			differs = fmt.Sprintf("%.0e", difference(last.Stiffness, first.rounds[0].report.Stiffness))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %.4f / %.4f | %s |\n", side.name, digits(train), digits(1e6*train/steps),
			digits(ratio), digits(process), last.Train, last.Test, differs)
	}
	fmt.Fprintf(&b, "\n%s. ", machine)
	for i := range s.sides {
		fmt.Fprintf(&b, "%s: %s. ", s.sides[i].name, s.sides[i].rounds[0].report.Version)
	}
	if s.core != "" {
		fmt.Fprintf(&b, "OpenBLAS kernels: %s. ", s.core)
	}
	fmt.Fprintf(&b, "Medians of %d rounds.\n", len(first.rounds))
	for _, note := range s.notes {
		fmt.Fprintf(&b, "\nLeft out: %s\n", note)
	}
	return b.String()
}

// medians are those over the rounds; ratio is taken within each round, so that
// a machine that is slow for a while slows both.
func (s *side) medians(first *side) (train, ratio, process float64) {
	var trains, ratios, processes []float64
	for i, m := range s.rounds {
		trains = append(trains, m.train)
		ratios = append(ratios, m.train/first.rounds[i].train)
		processes = append(processes, m.process)
	}
	return median(trains), median(ratios), median(processes)
}

// digits writes three of them.
func digits(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 1:
		return fmt.Sprintf("%.2f", v)
	case v >= 0.1:
		return fmt.Sprintf("%.3f", v)
	case v >= 0.01:
		return fmt.Sprintf("%.4f", v)
	}
	return fmt.Sprintf("%.5f", v)
}

// machine names the processor as far as the system tells.
func machine() string {
	name := []string{}
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
