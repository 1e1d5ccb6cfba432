package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"

	"github.com/elastrain/elastrain/bench/vision/photos"
	"github.com/elastrain/elastrain/vision"
	"github.com/elastrain/elastrain/vision/camera"
)

// render writes the photographs, several at a time.
func render(dir string, set []*photos.Photo) error {
	failed := make([]error, len(set))
	var group sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				data, err := set[i].File()
				if err == nil {
					err = os.WriteFile(filepath.Join(dir, set[i].Name), data, 0o644)
				}
				failed[i] = err
			}
		})
	}
	for i := range set {
		next <- i
	}
	close(next)
	group.Wait()
	return errors.Join(failed...)
}

// task is what the peer is told of a photograph: all that ours is told, and,
// because it has no notion of a frame, where a person would have clicked on the
// frame's marks, to within three pixels.
type task struct {
	Name   string
	Class  string
	Layout vision.Layout
	Lens   *camera.Lens
	Clicks [][2]float64
}

// writeTruth writes truth.csv, one line a node, and tasks.json.
func writeTruth(dir string, set []*photos.Photo) error {
	lines := [][]string{{"photo", "class", "node", "x_m", "y_m", "column_px", "row_px", "px_per_m", "hidden", "mirrored"}}
	var tasks []task
	for _, p := range set {
		for i, t := range p.Nodes {
			lines = append(lines, []string{
				p.Name, p.Class, strconv.Itoa(i + 1), number(t.X[0]), number(t.X[1]), number(t.Pixel[0]), number(t.Pixel[1]),
				number(t.Scale), strconv.FormatBool(t.Hidden), strconv.FormatBool(p.Mirrored),
			})
		}
		k := task{Name: p.Name, Class: p.Class, Layout: p.Layout, Lens: p.Lens}
		for i, f := range p.Layout.Frame {
			c := p.Scene.Pixel(f.X)
			k.Clicks = append(k.Clicks, [2]float64{c[0] + float64(i%3-1)*3, c[1] + float64((i/3)*2-1)*2})
		}
		tasks = append(tasks, k)
	}
	if err := writeCSV(filepath.Join(dir, "truth.csv"), lines); err != nil {
		return err
	}
	text, err := json.Marshal(tasks)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "tasks.json"), text, 0o644)
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 12, 64) }

func writeCSV(path string, lines [][]string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	return errors.Join(w.WriteAll(lines), f.Close())
}
