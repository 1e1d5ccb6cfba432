// Command sweep measures what a sweep of many small trainings costs beside the trainings themselves:
//
//	go run ./bench/sweep -points 10000
//
// In one process it trains some points one by one, as `elastrain train` does but for its directory (file, experiment, training with its scores,
// verdict), then sweeps over all of them with chunks on the disk and all tables, and trains the same points one by one again. The share of the ideal
// is what the trainings take by themselves, divided by the number of threads, over what the sweep took.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/spec"
	"github.com/elastrain/elastrain/sweep"
	"github.com/elastrain/elastrain/train"
)

func main() {
	path := flag.String("spec", "examples/iris.yaml", "experiment `file`")
	points := flag.Int("points", 10000, "trainings")
	each := flag.Int("single", 300, "trainings one by one, before and after")
	threads := flag.Int("threads", runtime.GOMAXPROCS(0), "threads of the sweep")
	flag.Parse()
	if err := measure(*path, *points, *each, *threads); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(path string, points, each, threads int) (err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, err := single(path, text, points, each)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "sweep")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	files := func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(filepath.Dir(path), name)) }
	began := time.Now()
	s, err := sweep.Open(context.Background(), sweep.Request{Name: path, Text: text, Words: []string{fmt.Sprintf("seed=1..%d", points)}, Way: sweep.Way{Name: "grid"}, Files: files,
		Options: sweep.Options{Solver: "auto"}, Parent: dir, Base: "sweep", Exact: true})
	if err != nil {
		return err
	}
	opened := time.Since(began)
	err = (&sweep.Runner{Sweep: s, Options: experiment.Options{Threads: threads}}).Run(context.Background())
	ran := time.Since(began)
	if err == nil {
		_, err = s.WriteTables(nil)
	}
	all := time.Since(began)
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	after, err := single(path, text, points, each)
	if err != nil {
		return err
	}
	one := (before + after) / 2
	ideal := one.Seconds() * float64(points) / float64(threads)
	fmt.Printf("a training by itself    %.3f ms before, %.3f ms after\n", 1e3*before.Seconds(), 1e3*after.Seconds())
	fmt.Printf("%d trainings on %d threads  %.2f s: %.2f s before the first, %.2f s of tables, %d chunks\n", points, threads, all.Seconds(), opened.Seconds(), (all - ran).Seconds(), s.Chunks())
	fmt.Printf("ideal %.2f s, share of it %.3f\n", ideal, ideal/all.Seconds())
	fmt.Printf("memory at most %s\n", peak())
	return nil
}

// single is the time of one training, the mean over some of the points, evenly spread.
func single(path string, text []byte, points, each int) (time.Duration, error) {
	began := time.Now()
	for i := range each {
		file, err := spec.Parse(path, text, fmt.Sprintf("seed=%d", 1+i*points/each))
		if err != nil {
			return 0, err
		}
		x, err := experiment.Build(file, nil, experiment.Options{Threads: 1})
		if err != nil {
			return 0, err
		}
		t, err := x.NewTrainer()
		if err != nil {
			return 0, err
		}
		if _, err := t.EpochScore(); err != nil {
			return 0, err
		}
		if _, err := t.Run(func(train.Record) {}); err != nil {
			return 0, err
		}
		if _, err := t.Verdict(); err != nil {
			return 0, err
		}
	}
	return time.Since(began) / time.Duration(each), nil
}

// peak is the most memory that the process had, as Linux says it.
func peak() string {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return "unknown"
	}
	defer func() { _ = f.Close() }() // it was only read
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return "unknown"
}
