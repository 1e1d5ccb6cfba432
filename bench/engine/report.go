package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

// report is what a process says of its training steps on one lattice: Elastrain
// and every peer print it as JSON on one line. Seconds are medians over the runs,
// except for those named least.
type report struct {
	Solver  string `json:"solver"`
	N       int    `json:"n"` // unknowns
	Bonds   int    `json:"bonds"`
	Runs    int    `json:"runs"`
	Threads int    `json:"threads,omitempty"` // of Elastrain

	Analyze  float64 `json:"analyze"`  // everything that the pattern of D alone needs
	Assemble float64 `json:"assemble"` // values of D; 0 where they go straight into the factorisation
	Factor   float64 `json:"factor"`
	Solve    float64 `json:"solve"` // for all ports
	Bond     float64 `json:"bond"`  // elongations, and their products bond by bond
	Step     float64 `json:"step"`  // all of the above but Analyze

	LeastFactor float64 `json:"least_factor"`
	LeastStep   float64 `json:"least_step"`

	// What the factor L is made of; 0 where a solver does not say.
	Fronts  int     `json:"fronts"`  // or supernodes
	Entries float64 `json:"entries"` // of L, without zeros
	Stored  float64 `json:"stored"`  // with them
	Flops   float64 `json:"flops"`   // of one factorisation: sum of squared column counts

	// Of a solver that iterates.
	Iterations int     `json:"iterations,omitempty"`
	Reached    float64 `json:"reached,omitempty"` // residual of the loads, a share of them

	Peak     float64 `json:"peak_mb"`  // the most memory that the process took, MiB; 0 unknown
	Residual float64 `json:"residual"` // largest entry of D u - F under a unit load
	Checksum float64 `json:"checksum"` // sum of |g| at the stiffness of the file
}

// line is the report for people.
func (r *report) line() string {
	iterated := ""
	if r.Iterations > 0 {
		iterated = fmt.Sprintf(" iterations=%d reached=%.1e", r.Iterations, r.Reached)
	}
	return fmt.Sprintf("%s threads=%d n=%d bonds=%d fronts=%d analyze=%.4f asm=%.5f factor=%.5f solve%d=%.5f bond=%.5f STEP=%.5f | "+
		"nnzL=%.4g stored=%.4g flops=%.4g GF/s=%.2f peakMB=%.0f res=%.1e fmin=%.5f stepmin=%.5f checksum=%.12g",
		r.Solver, r.Threads, r.N, r.Bonds, r.Fronts, r.Analyze, r.Assemble, r.Factor, inputs+outputs, r.Solve, r.Bond, r.Step,
		r.Entries, r.Stored, r.Flops, 1e-9*r.Flops/r.Factor, r.Peak, r.Residual, r.LeastFactor, r.LeastStep, r.Checksum) + iterated
}

// peak is the most memory that this process has taken so far in MiB, as Linux
// tells; 0 on other systems.
func peak() float64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer func() { _ = f.Close() }() // it was only read
	kb := 0.0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			_, _ = fmt.Sscan(rest, &kb) // 0 where there is no number
		}
	}
	return kb / 1024
}
