package tracks

import (
	"fmt"
	"io"
	"slices"

	"github.com/elastrain/elastrain/table"
)

// File is one of several files of one measurement.
type File struct {
	Name string
	Text io.Reader
}

// ReadAll reads one measurement in several files: a photograph each, numbered by their names, or, as DICe writes them, a subset each
// with all frames. Errors begin with the name of the file.
func ReadAll(files []File, unit Unit) (*Set, error) {
	var all *Set
	frames := map[int]string{}
	for i, f := range files {
		s, err := Read(f.Text, unit)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		if len(files) == 1 {
			return s, nil
		}
		number, ends := trailing(f.Name)
		switch {
		case all != nil && s.Format != all.Format:
			return nil, fmt.Errorf("%s is a %s file, and %s is a %s file; give files of one kind", f.Name, s.Format, files[0].Name, all.Format)
		case all != nil && s.framed != all.framed:
			return nil, fmt.Errorf("%s: some of the files have a column of frames, and others have none; give files of one kind", f.Name)
		case s.framed && s.numbered:
			return nil, fmt.Errorf("%s numbers frames and particles by itself, so several such files are several measurements; give one of them", f.Name)
		case s.framed:
			for j := range s.Points {
				s.Points[j].Particle = i
			}
		case !ends:
			return nil, fmt.Errorf("%s: nothing says which photograph it shows: it has no column of frames, and its name does not end in a number; number the files, as in mark_01.csv", f.Name)
		case frames[number] != "":
			return nil, fmt.Errorf("%s: the names of it and of %s end in the same number, so both are frame %d; give them different ones", f.Name, frames[number], number)
		default:
			frames[number] = f.Name
			for j := range s.Points {
				s.Points[j].Frame = number
			}
		}
		if all == nil {
			all = &Set{Format: s.Format, framed: s.framed}
		}
		if len(all.Points)+len(s.Points) > MostRows {
			return nil, fmt.Errorf("%s: more than %d points in all", f.Name, MostRows)
		}
		all.Points = append(all.Points, s.Points...)
		all.Lost += s.Lost
		for _, n := range s.Notes {
			if !slices.Contains(all.Notes, n) {
				all.Notes = append(all.Notes, n)
			}
		}
	}
	if all == nil {
		return nil, fmt.Errorf("there are no files")
	}
	if all.framed {
		all.Notes = append(all.Notes, fmt.Sprintf("every file is a mark with all its frames: %d marks", len(files)))
	} else {
		names := make([]string, 0, 2)
		for _, f := range []File{files[0], files[len(files)-1]} {
			names = append(names, table.Clip(f.Name))
		}
		all.Notes = append(all.Notes, fmt.Sprintf("frames are the numbers in the names of the files, from %s to %s", names[0], names[1]))
	}
	return all, nil
}
