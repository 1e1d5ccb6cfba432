package sweep

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/elastrain/elastrain/atomicfile"
)

// chunkHead is the first line of the file of a chunk. What follows is a row a line, and then a curve a line. Nothing in it depends on when, where or
// by whom it was made.
type chunkHead struct {
	Format  int    `json:"format"` // 1
	Results int    `json:"results"`
	Sweep   string `json:"sweep"`            // identity of the sweep
	Chunk   int    `json:"chunk,omitempty"`  // from 1
	First   int    `json:"first,omitempty"`  // point, from 1
	Rung    int    `json:"rung,omitempty"`   // of halving
	Epochs  int    `json:"epochs,omitempty"` // of a rung
	Rows    int    `json:"rows"`
	Sum     string `json:"sha256"` // of what follows the line
}

// ChunkPath is the file of a chunk.
func (s *Sweep) ChunkPath(chunk int) string {
	return filepath.Join(s.Dir, chunksName, strconv.Itoa(s.fileNumber(chunk)))
}

// head is the first line that the file of a chunk has.
func (s *Sweep) head(chunk int, body []byte) chunkHead {
	first, end := s.Span(chunk)
	head := chunkHead{Format: 1, Results: s.Manifest.Results, Sweep: s.Manifest.Identity, Chunk: s.fileNumber(chunk), First: s.numberOf(first), Rows: end - first, Sum: sumHex(body)}
	if s.stage != nil {
		head.Rung, head.Epochs = s.stage.rung.Number, s.stage.rung.Epochs
	}
	return head
}

// WriteChunk writes the rows of a chunk as a file, whole. Where another has written it meanwhile, both wrote the same.
func (s *Sweep) WriteChunk(chunk int, rows []Row) error {
	body, err := bodyOf(rows)
	if err != nil {
		return err
	}
	return s.writeBody(s.ChunkPath(chunk), s.head(chunk, body), body)
}

// bodyOf is rows, and then their curves.
func bodyOf(rows []Row) ([]byte, error) {
	var body bytes.Buffer
	add := func(v any) error {
		line, err := json.Marshal(v)
		body.Write(line)
		body.WriteByte('\n')
		return err
	}
	for i := range rows {
		if err := add(&rows[i]); err != nil {
			return nil, err
		}
	}
	for i := range rows {
		if err := add(&rows[i].Curve); err != nil {
			return nil, err
		}
	}
	return body.Bytes(), nil
}

// writeBody writes a file of rows, whole.
func (s *Sweep) writeBody(path string, head chunkHead, body []byte) error {
	line, err := json.Marshal(head)
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(s.fs, path, append(append(line, '\n'), body...))
}

// ReadChunk reads the rows of a chunk with their curves. Found is false where it has no file, or one that cannot be trusted; why says the latter.
func (s *Sweep) ReadChunk(chunk int) (rows []Row, found bool, why string, err error) {
	return s.readChunk(chunk, true)
}

func (s *Sweep) readChunk(chunk int, curves bool) (rows []Row, found bool, why string, err error) {
	body, why, err := s.chunkBody(chunk)
	if err != nil || body == nil {
		return nil, false, why, err
	}
	first, end := s.Span(chunk)
	rows, why = s.rowsOf(body, end-first, func(i int) int { return s.numberOf(first + i) }, curves)
	return rows, rows != nil, why, nil
}

// rowsOf reads rows whose points are known, and their curves if asked for; nil where one is not as it is due, and why.
func (s *Sweep) rowsOf(body []byte, n int, point func(i int) int, curves bool) (rows []Row, why string) {
	rows = make([]Row, n)
	for i := range rows {
		var line []byte
		line, body, _ = bytes.Cut(body, []byte("\n"))
		if json.Unmarshal(line, &rows[i]) != nil || rows[i].Point != point(i) || len(rows[i].Values) != len(s.Manifest.Keys) {
			return nil, fmt.Sprintf("row %d is none of point %d", i+1, point(i))
		}
	}
	for i := 0; curves && i < len(rows); i++ {
		var line []byte
		line, body, _ = bytes.Cut(body, []byte("\n"))
		if json.Unmarshal(line, &rows[i].Curve) != nil {
			return nil, fmt.Sprintf("curve %d is none", i+1)
		}
	}
	return rows, ""
}

// chunkBody is what follows the first line of the file of a chunk, nil where there is none that can be trusted.
func (s *Sweep) chunkBody(chunk int) (body []byte, why string, err error) {
	text, err := atomicfile.ReadFile(s.fs, s.ChunkPath(chunk), mostBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	line, body, whole := bytes.Cut(text, []byte("\n"))
	var head chunkHead
	switch {
	case !whole || json.Unmarshal(line, &head) != nil || head.Format != 1:
		return nil, "it does not begin as the file of a chunk", nil
	case head.Sweep != s.Manifest.Identity || head.Results != s.Manifest.Results:
		return nil, "it is of another sweep", nil
	case head != s.head(chunk, body):
		return nil, "its sum is another", nil
	}
	return body, "", nil
}

// Done lists which chunks are there, and by which files that are no chunks of this sweep it was disturbed. Chunks are looked at by their first
// line and their sum.
func (s *Sweep) Done() (done []bool, damaged []string, err error) {
	if s.Plan.Way.Halving > 0 && s.stage == nil {
		return s.partsDone()
	}
	done = make([]bool, s.Chunks()+1)
	names, err := s.fs.List(filepath.Join(s.Dir, chunksName))
	if errors.Is(err, fs.ErrNotExist) {
		return done, nil, nil
	}
	if err != nil {
		return nil, nil, &atomicfile.Error{Op: "list", Path: filepath.Join(s.Dir, chunksName), Err: err}
	}
	for _, name := range names {
		number, err := strconv.Atoi(name)
		chunk := number - s.fileNumber(0)
		if err == nil && s.stage != nil && number > 0 && (chunk < 1 || chunk > s.Chunks()) {
			continue // of another rung
		}
		if err != nil || chunk < 1 || chunk > s.Chunks() || strconv.Itoa(number) != name {
			if !strings.HasPrefix(name, ".") {
				damaged = append(damaged, fmt.Sprintf("%s: no chunk of this sweep; it is left alone", filepath.Join(s.Dir, chunksName, name)))
			}
			continue
		}
		body, why, err := s.chunkBody(chunk)
		if err != nil {
			return nil, nil, err
		}
		if done[chunk] = body != nil; body == nil && why != "" {
			damaged = append(damaged, fmt.Sprintf("%s: %s; its points are trained again", s.ChunkPath(chunk), why))
		}
	}
	return done, damaged, nil
}
