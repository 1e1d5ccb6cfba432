package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"

	"github.com/elastrain/elastrain/run/insitu"
)

// again makes the tables of rows that were written before, of one file or several.
func again(files []string, images string) error {
	parts := map[string][][]shown{}
	var names []string
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		rows, err := csv.NewReader(f).ReadAll()
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, r := range rows {
			at := slices.Index(settings, r[2])
			var v [7]float64
			for i := range v {
				if v[i], err = strconv.ParseFloat(r[3+i], 64); err != nil || at < 0 {
					return fmt.Errorf("%s: %q is no row of this program", file, r)
				}
			}
			if parts[r[0]] == nil {
				parts[r[0]] = make([][]shown, len(settings))
				names = append(names, r[0])
			}
			bar := insitu.Bar{Median: v[0], Half: [2]float64{v[1], v[2]}, Most: [2]float64{v[3], v[4]}, Sd: v[5]}
			parts[r[0]][at] = append(parts[r[0]][at], shown{bar, v[6]})
		}
	}
	for _, name := range names {
		fmt.Printf("\n%s\n\n", name)
		if err := report(name, parts[name], images); err != nil {
			return err
		}
	}
	return nil
}
