package studio

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/elastrain/elastrain/atomicfile"
	"github.com/elastrain/elastrain/experiment"
	"github.com/elastrain/elastrain/run/listing"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/spec"
)

// mostSpec caps the text of an experiment file.
const mostSpec = 1 << 20

// specRow is an experiment file in the list.
type specRow struct {
	Name    string  `json:"name"` // below the folder, with slashes
	Title   string  `json:"title"`
	Changed float64 `json:"changed"`
	Bytes   int64   `json:"bytes"`
}

// isSpecName reports whether a name is that of an experiment file.
func isSpecName(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return typeable(name) && (ext == ".yaml" || ext == ".yml")
}

// specs lists the experiment files of the folder and of those below it that hold no run.
func (s *Server) specs(w http.ResponseWriter, _ *http.Request) error {
	if err := s.files.there(); err != nil {
		return err
	}
	list := []specRow{}
	left := listing.MostEntries
	s.findSpecs(".", 0, &left, &list)
	return answer(w, map[string]any{"specs": list})
}

const mostSpecs = 2000

func (s *Server) findSpecs(dir string, depth int, left *int, list *[]specRow) {
	entries, err := s.files.Entries(dir)
	if err != nil {
		return // what cannot be read has no file for us
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if *left--; *left < 0 || len(*list) == mostSpecs {
			return
		}
		switch {
		case !local(name):
		case e.IsDir() && depth < listing.MostDepth && e.Name() != "node_modules" && !s.list.run(name):
			s.findSpecs(name, depth+1, left, list)
		case e.Type().IsRegular() && isSpecName(name):
			if row, ok := s.specRow(name); ok {
				*list = append(*list, row)
			}
		}
	}
}

// specRow is what a list says of a file; ok is false for YAML of other programs.
func (s *Server) specRow(name string) (row specRow, ok bool) {
	f, err := s.files.Open(name)
	if err != nil {
		return row, false
	}
	defer func() { _ = f.Close() }() // it was only read
	begin := make([]byte, min(f.Size(), 1<<14))
	if n, err := f.ReadAt(begin, 0); n < len(begin) && err != nil {
		return row, false
	}
	row = specRow{Name: name, Bytes: f.Size()}
	for line := range bytes.Lines(begin) {
		if title, is := bytes.CutPrefix(line, []byte("title:")); is {
			row.Title = strings.Trim(strings.TrimSpace(strings.ToValidUTF8(string(title), "")), `"'`)
		}
		ok = ok || bytes.HasPrefix(line, []byte("elastrain:"))
	}
	if info, err := s.files.Root.Stat(name); err == nil {
		row.Changed = listing.Seconds(info.ModTime())
	}
	return row, ok
}

// sum is by what a text is known that was read.
func sum(text []byte) string {
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:])
}

// specName takes the name of an experiment file from a request.
func specName(name string) error {
	if !isSpecName(name) {
		return refused(http.StatusBadRequest, "name a file below the folder that ends in .yaml, without .. and without a dot in front", "`%.200s` cannot be the name of an experiment file here", name)
	}
	return nil
}

// spec is one experiment file.
func (s *Server) spec(w http.ResponseWriter, r *http.Request) error {
	name := r.URL.Query().Get("name")
	if err := specName(name); err != nil {
		return err
	}
	text, err := atomicfile.ReadFile(s.files, name, mostSpec)
	if err != nil {
		return err
	}
	if !utf8.Valid(text) {
		return refused(http.StatusUnprocessableEntity, "save it as UTF-8", "%s is no text", name)
	}
	return answer(w, map[string]string{"name": name, "text": string(text), "was": sum(text)})
}

// saved is an experiment file that is to be written.
type saved struct {
	Name string  `json:"name"`
	Text string  `json:"text"`
	Was  *string `json:"was"` // SHA-256 of what it replaces; "" or absent: nothing
}

// saveSpec writes an experiment file.
func (s *Server) saveSpec(w http.ResponseWriter, r *http.Request) error {
	var q saved
	if err := take(w, r, &q); err != nil {
		return err
	}
	was, err := s.save(&q)
	if err != nil {
		return err
	}
	return answer(w, map[string]string{"name": q.Name, "was": was})
}

// save writes an experiment file, unless another editor has written it since it was read.
func (s *Server) save(q *saved) (was string, err error) {
	if err := specName(q.Name); err != nil {
		return "", err
	}
	if len(q.Text) > mostSpec {
		return "", refused(http.StatusRequestEntityTooLarge, "put tables of nodes and bonds in files of their own", "an experiment file has at most %d bytes", mostSpec)
	}
	for dir := path.Dir(q.Name); dir != "."; dir = path.Dir(dir) {
		if s.list.run(dir) {
			return "", refused(http.StatusConflict, "save it under another name: what a run was trained from stays as it is", "%s is in the run %s", q.Name, dir)
		}
	}
	s.saving.Lock()
	defer s.saving.Unlock()
	due := ""
	if q.Was != nil {
		due = *q.Was
	}
	switch text, err := atomicfile.ReadFile(s.files, q.Name, 1<<26); {
	case errors.Is(err, fs.ErrNotExist):
		if due != "" {
			return "", refused(http.StatusConflict, "save it under a new name, or anew", "%s is gone since it was read", q.Name)
		}
	case err != nil:
		return "", err
	case string(text) == q.Text:
		return sum(text), nil
	case sum(text) != due && due == "":
		return "", refused(http.StatusConflict, "choose another name, or open that file", "%s is there already, with another text", q.Name)
	case sum(text) != due:
		return "", refused(http.StatusConflict, "look at what stands there now, or save under another name", "%s was changed by somebody else since it was read", q.Name)
	}
	if err := atomicfile.MakeDir(s.files, path.Dir(q.Name)); err != nil {
		return "", err
	}
	if err := atomicfile.WriteFile(s.files, q.Name, []byte(q.Text)); err != nil {
		return "", err
	}
	return sum([]byte(q.Text)), nil
}

// specFiles hands out the files that an experiment names, as far as they are in the folder: what is missing there the
// engine says. Which files these are only building it shows.
func (s *Server) specFiles(w http.ResponseWriter, r *http.Request) error {
	name := r.URL.Query().Get("name")
	if err := specName(name); err != nil {
		return err
	}
	text, err := atomicfile.ReadFile(s.files, name, mostSpec)
	if err != nil {
		return err
	}
	file, err := spec.Parse(name, text)
	if err != nil {
		return err
	}
	var all []message.Array
	left := int64(mostFiles)
	read := func(n string) ([]byte, error) {
		at := path.Join(path.Dir(name), n)
		if !local(at) {
			return nil, fmt.Errorf("it is not in the folder of the studio: %w", fs.ErrNotExist)
		}
		text, err := atomicfile.ReadFile(s.files, at, left)
		if err == nil && !slices.ContainsFunc(all, func(a message.Array) bool { return a.Name == "file:"+n }) {
			left -= int64(len(text))
			all = append(all, fileArray(n, text))
		}
		return text, err
	}
	_, _ = experiment.Build(file, read, experiment.Options{Memory: mostBuilt}) // its errors are the engine's to tell
	return sendMessage(w, false, all)
}

// mostBuilt caps the memory of an experiment that is built to see which files it names.
const mostBuilt = 1 << 30

// decode reads JSON strictly: one object, no key that nobody knows.
func decode(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something stands behind the object")
	}
	return nil
}
