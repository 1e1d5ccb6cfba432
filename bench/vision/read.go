package main

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/elastrain/elastrain/bench/vision/photos"
	"github.com/elastrain/elastrain/vision"
)

// readAll reads the photographs from their files, one after the other, and
// writes ours.csv, one line a node, and ours-photos.csv, one line a photograph.
// The clock runs from the decoded picture to the nodes, as it does for the peer.
func readAll(dir string, set []*photos.Photo, overlays int) error {
	lines := [][]string{{"photo", "node", "seen", "x_m", "y_m", "sigma_m", "why"}}
	times := [][]string{{"photo", "ms", "refused"}}
	made := map[string]int{}
	for _, p := range set {
		data, err := os.ReadFile(filepath.Join(dir, p.Name))
		if err != nil {
			return err
		}
		img, err := vision.Decode(bytes.NewReader(data))
		if err != nil {
			return err
		}
		reader, err := vision.NewReader(p.Layout, p.Lens, vision.Options{})
		if err != nil {
			return err
		}
		began := time.Now()
		grey := vision.FromImage(img)
		reading, refused := reader.Read(grey, nil)
		took := time.Since(began)
		why := ""
		if refused != nil {
			why = strings.ReplaceAll(refused.Error(), "\n", "; ")
		}
		times = append(times, []string{p.Name, number(float64(took.Microseconds()) / 1e3), why})
		if reading == nil {
			continue
		}
		for i, m := range reading.Nodes {
			lines = append(lines, []string{p.Name, strconv.Itoa(i + 1), strconv.FormatBool(m.Seen), number(m.X[0]), number(m.X[1]), number(m.Sigma), m.Why})
		}
		if made[p.Class]++; made[p.Class] <= overlays {
			if err := drawOverlay(filepath.Join(dir, "overlay-"+strings.TrimSuffix(p.Name, filepath.Ext(p.Name))+".png"), reader.Overlay(grey, reading, 0, refused)); err != nil {
				return err
			}
		}
	}
	if err := writeCSV(filepath.Join(dir, "ours.csv"), lines); err != nil {
		return err
	}
	return writeCSV(filepath.Join(dir, "ours-photos.csv"), times)
}

func drawOverlay(path string, img image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, img), f.Close())
}
