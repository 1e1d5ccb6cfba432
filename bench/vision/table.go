package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// key is a node of a photograph.
type key struct{ photo, node string }

// truth is a line of truth.csv.
type truth struct {
	class            string
	x                [2]float64
	scale            float64
	hidden, mirrored bool
}

// score is what one program did with one class.
type score struct {
	photos, refused    int
	nodes, free, found int // all, those in full sight, those of them that were seen
	hiddenSeen         int
	wrong              int       // seen, but more than half a mark away from where it is
	errors             []float64 // of nodes seen and right, pixels
	pulls              []float64 // error of a coordinate over its sigma
	ms                 []float64
}

// printTable compares every *.csv that has a *-photos.csv with truth.csv.
func printTable(w io.Writer, dir string) error {
	lines, err := readCSV(filepath.Join(dir, "truth.csv"))
	if err != nil {
		return err
	}
	truths := map[key]truth{}
	classOf := map[string]string{}
	var classes []string
	for _, l := range lines {
		t := truth{class: l["class"], x: [2]float64{float(l["x_m"]), float(l["y_m"])}, scale: float(l["px_per_m"]), hidden: l["hidden"] == "true", mirrored: l["mirrored"] == "true"}
		truths[key{l["photo"], l["node"]}] = t
		classOf[l["photo"]] = t.class
		if !slices.Contains(classes, t.class) {
			classes = append(classes, t.class)
		}
	}
	sides, err := filepath.Glob(filepath.Join(dir, "*-photos.csv"))
	if err != nil {
		return err
	}
	if len(sides) == 0 {
		return errors.New("nothing was read from these photographs yet")
	}
	slices.Sort(sides)
	for _, path := range sides {
		name := strings.TrimSuffix(filepath.Base(path), "-photos.csv")
		scores, err := judge(dir, name, truths, classOf)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "\n%s\n%-10s %6s %7s %8s %8s %8s %8s %8s %6s %6s %8s\n", name, "class", "photos", "refused",
			"median", "95 %", "max px", "found %", "hidden", "wrong", "pull", "ms")
		all := &score{}
		for _, c := range classes {
			s := scores[c]
			s.print(w, c)
			if c != "mirrored" {
				all.add(s)
			}
		}
		all.print(w, "but mirrored")
	}
	return nil
}

// judge reads what one program wrote.
func judge(dir, name string, truths map[key]truth, classOf map[string]string) (map[string]*score, error) {
	scores := map[string]*score{}
	of := func(class string) *score {
		if scores[class] == nil {
			scores[class] = &score{}
		}
		return scores[class]
	}
	for _, t := range truths {
		s := of(t.class)
		s.nodes++
		if !t.hidden {
			s.free++
		}
	}
	photos, err := readCSV(filepath.Join(dir, name+"-photos.csv"))
	if err != nil {
		return nil, err
	}
	for _, l := range photos {
		s := of(classOf[l["photo"]])
		s.photos++
		s.ms = append(s.ms, float(l["ms"]))
		if l["refused"] != "" {
			s.refused++
		}
	}
	nodes, err := readCSV(filepath.Join(dir, name+".csv"))
	if err != nil {
		return nil, err
	}
	for _, l := range nodes {
		t, ok := truths[key{l["photo"], l["node"]}]
		if !ok {
			return nil, fmt.Errorf("%s.csv has a node %s of %s that truth.csv has not", name, l["node"], l["photo"])
		}
		if l["seen"] == "true" {
			of(t.class).seen(t, l)
		}
	}
	return scores, nil
}

func (s *score) seen(t truth, l map[string]string) {
	const halfMark = 1.2e-3 // m; marks measure 2.6 to 3.4 mm
	dx, dy := float(l["x_m"])-t.x[0], float(l["y_m"])-t.x[1]
	if t.mirrored || math.Hypot(dx, dy) > halfMark {
		s.wrong++
		return
	}
	if t.hidden {
		s.hiddenSeen++
	} else {
		s.found++
	}
	s.errors = append(s.errors, math.Hypot(dx, dy)*t.scale)
	if sigma := float(l["sigma_m"]); sigma > 0 {
		s.pulls = append(s.pulls, dx/sigma, dy/sigma)
	}
}

func (s *score) add(o *score) {
	s.photos += o.photos
	s.refused += o.refused
	s.nodes += o.nodes
	s.free += o.free
	s.found += o.found
	s.hiddenSeen += o.hiddenSeen
	s.wrong += o.wrong
	s.errors = append(s.errors, o.errors...)
	s.pulls = append(s.pulls, o.pulls...)
	s.ms = append(s.ms, o.ms...)
}

func (s *score) print(w io.Writer, class string) {
	slices.Sort(s.errors)
	slices.Sort(s.ms)
	pull := 0.0
	for _, p := range s.pulls {
		pull += p * p / float64(len(s.pulls))
	}
	fmt.Fprintf(w, "%-12s %4d %7d %8.4f %8.4f %8.3f %8.2f %4d/%-4d %5d %6.2f %8.1f\n", class, s.photos, s.refused,
		quantile(s.errors, 0.5), quantile(s.errors, 0.95), quantile(s.errors, 1), 100*float64(s.found)/float64(max(1, s.free)),
		s.hiddenSeen, s.nodes-s.free, s.wrong, math.Sqrt(pull), quantile(s.ms, 0.5))
}

// quantile is of sorted values; NaN of none.
func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	return v[int(q*float64(len(v)-1)+0.5)]
}

// readCSV gives every line as a map from the names of the first.
func readCSV(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil || len(lines) == 0 {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var out []map[string]string
	for _, l := range lines[1:] {
		m := map[string]string{}
		for i, name := range lines[0] {
			m[name] = l[i]
		}
		out = append(out, m)
	}
	return out, nil
}

func float(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}
