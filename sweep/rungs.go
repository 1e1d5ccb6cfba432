package sweep

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"

	"github.com/elastrain/elastrain/atomicfile"
)

// readRung reads the rows of a rung over some points, which count from 0; nil where it has no file, or one that cannot be trusted; why says the latter.
func (s *Sweep) readRung(rung Rung, points []int, curves bool) (rows []Row, why string, err error) {
	text, err := atomicfile.ReadFile(s.fs, s.RungPath(rung.Number), mostBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	line, body, _ := bytes.Cut(text, []byte("\n"))
	var head chunkHead
	if json.Unmarshal(line, &head) != nil || head != s.rungHead(rung, len(points), body) {
		return nil, "it is not as it was written, or of another sweep", nil
	}
	rows, why = s.rowsOf(body, len(points), func(i int) int { return points[i] + 1 }, curves)
	return rows, why, nil
}

// rungHead is the first line of the file of a rung.
func (s *Sweep) rungHead(rung Rung, rows int, body []byte) chunkHead {
	return chunkHead{Format: 1, Results: s.Manifest.Results, Sweep: s.Manifest.Identity, Rung: rung.Number, Epochs: rung.Epochs, Rows: rows, Sum: sumHex(body)}
}

// allPoints are the points of the first rung.
func (s *Sweep) allPoints() []int {
	points := make([]int, s.Plan.Points)
	for i := range points {
		points[i] = i
	}
	return points
}

// kept are the points that go on.
func kept(rows []Row) (points []int) {
	for i := range rows {
		if rows[i].Kept {
			points = append(points, rows[i].Point-1)
		}
	}
	return points
}

// EachRung calls each with the rungs whose rows are there, and returns how many are not.
func (s *Sweep) EachRung(curves bool, each func(Rung, []Row) error) (missing int, err error) {
	rungs, err := s.Rungs()
	if err != nil {
		return 0, err
	}
	points := s.allPoints()
	for i, rung := range rungs {
		rows, _, err := s.readRung(rung, points, curves)
		if err != nil {
			return 0, err
		}
		if rows == nil {
			return len(rungs) - i, nil
		}
		if err := each(rung, rows); err != nil {
			return 0, err
		}
		if points = kept(rows); len(points) == 0 {
			return 0, nil // it was the last, or all have failed
		}
	}
	return 0, nil
}

func (s *Sweep) rungRows(curves bool, each func(*Row) error) (missing int, err error) {
	return s.EachRung(curves, func(_ Rung, rows []Row) error {
		for i := range rows {
			if err := each(&rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
}
