package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/learn/design"
	"github.com/elastrain/elastrain/learn/optim"
	"github.com/elastrain/elastrain/task"
	"github.com/elastrain/elastrain/task/data"
)

// The tables of a task, comma-separated numbers without headers. Rows of C and
// columns of ports belong to the free unknowns in Elastrain's order.
//
//	C.csv         compatibility matrix, M rows x N columns
//	ports.csv     unit load of each input port, then of each output port, (P+Q) x N
//	train.csv     samples: P forces in newton, then the class (0..Q-1)
//	test.csv      likewise
//	shuffles.csv  order of the training samples, from 0, one row for each epoch
//	settings.csv  lowest stiffness, highest stiffness (N/m), steepness of the
//	              sigmoid between them, rate and epsilon of Adam, batch
//	              size, epochs

// writeInputs writes the tables of an experiment that replays the authors'
// program on classes, with one stiffness range for all bonds.
func writeInputs(x *experiment.Experiment, dir string) error {
	d := x.Design
	if x.Train.Class == nil || d.Bounds != design.Sigmoid || !d.SkipChain || d.Dim() != x.Eq.C.M {
		return errors.New("the other sides know only the authors' program: classes, a sigmoid, compat: li-mao-2024, no frozen bonds")
	}
	lo, hi := d.Gain[0]*d.Lo[0], d.Gain[0]*d.Hi[0]
	for i := range d.Gain {
		if d.Gain[i]*d.Lo[i] != lo || d.Gain[i]*d.Hi[i] != hi {
			return fmt.Errorf("bond %d has a stiffness range of its own, which the other sides do not know", i+1)
		}
	}
	method, err := x.NewMethod()
	if err != nil {
		return err
	}
	adam, ok := method.(*optim.Adam)
	if !ok {
		return fmt.Errorf("the other sides know only adam, not %s", method.Name())
	}
	settings := [][]float64{{lo, hi, d.Steepness, adam.Rate, adam.Absolute, float64(x.Spec.Learn.Batch), float64(x.Spec.Learn.Epochs)}}
	for _, t := range []struct {
		name string
		rows [][]float64
	}{
		{"C.csv", compatibility(x)},
		{"ports.csv", ports(x)},
		{"train.csv", samples(x.Train)},
		{"test.csv", samples(x.Test)},
		{"shuffles.csv", shuffles(x)},
		{"settings.csv", settings},
	} {
		if err := writeTable(filepath.Join(dir, t.name), t.rows); err != nil {
			return err
		}
	}
	return nil
}

func compatibility(x *experiment.Experiment) [][]float64 {
	c := x.Eq.C
	rows := make([][]float64, c.M)
	for i := range rows {
		rows[i] = make([]float64, c.N)
		for a := c.Ptr[i]; a < c.Ptr[i+1]; a++ {
			rows[i][c.Col[a]] += c.Val[a]
		}
	}
	return rows
}

func ports(x *experiment.Experiment) [][]float64 {
	var rows [][]float64
	for _, p := range append(x.In[:len(x.In):len(x.In)], x.Out...) {
		row := make([]float64, x.Eq.C.N)
		unknown, value := x.Eq.C.Load(p)
		for a, u := range unknown {
			row[u] = value[a]
		}
		rows = append(rows, row)
	}
	return rows
}

func samples(s *task.Set) [][]float64 {
	rows := make([][]float64, s.N)
	for i := range rows {
		rows[i] = append(rows[i], s.Force(i)...)
		rows[i] = append(rows[i], float64(s.Class[i]))
	}
	return rows
}

func shuffles(x *experiment.Experiment) [][]float64 {
	rows := make([][]float64, x.Spec.Learn.Epochs)
	perm := make([]int32, x.Train.N)
	for epoch := range rows {
		data.Shuffle(x.Train.N, x.Spec.Seed, uint64(epoch), perm)
		for _, sample := range perm {
			rows[epoch] = append(rows[epoch], float64(sample))
		}
	}
	return rows
}

// writeTable writes numbers so that reading them gives the same bits.
func writeTable(path string, rows [][]float64) error {
	var b strings.Builder
	for _, row := range rows {
		for i, v := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
		}
		b.WriteByte('\n')
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
