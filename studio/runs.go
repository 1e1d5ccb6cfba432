package studio

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/elastrain/elastrain/run/events"
	"github.com/elastrain/elastrain/run/listing"
	"github.com/elastrain/elastrain/serve/message"
)

// stateText is the data of an event `state`.
func stateText(state, why, trouble string) []byte {
	text, err := json.Marshal(struct {
		State   string `json:"state"`
		Why     string `json:"why,omitempty"`
		Trouble string `json:"trouble,omitempty"` // why the log cannot be read
	}{state, why, trouble})
	if err != nil {
		return []byte("{}") // words are always JSON
	}
	return text
}

// runs is the list.
func (s *Server) runs(w http.ResponseWriter, r *http.Request) error {
	if err := s.files.there(); err != nil {
		return err
	}
	if r.URL.Query().Get("trash") != "" {
		rows := s.trash.rows()
		return answer(w, map[string]any{"runs": rows})
	}
	now := s.list.list()
	tagged(w, r, now.tag, now.text)
	return nil
}

// file is an experiment file with its name.
type file struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// detail is all that is said of one run.
type detail struct {
	Run      *Row            `json:"run"`
	Head     *events.Head    `json:"head"`
	Spec     file            `json:"spec"`
	Resolved string          `json:"resolved"`
	Manifest json.RawMessage `json:"manifest"` // lab.json of a session; without the start
	Result   json.RawMessage `json:"result"`   // outcome.json of a session; null until it has ended
	Parent   string          `json:"parent"`   // id of the run that it came from, where that is in the folder
	Trouble  []string        `json:"trouble,omitempty"`
}

// run is one run.
func (s *Server) run(w http.ResponseWriter, r *http.Request) error {
	row, err := s.list.row(r.URL.Query().Get("id"))
	if err != nil {
		return err
	}
	d := &detail{Run: row, Manifest: json.RawMessage("null"), Result: json.RawMessage("null")}
	doubt := func(name string, err error) {
		if err != nil {
			d.Trouble = append(d.Trouble, fmt.Sprintf("%s: %v", name, err))
		}
	}
	text := func(name string, most int64) []byte {
		b, err := s.files.Text(path.Join(row.ID, name), most)
		doubt(name, err)
		return b
	}
	manifest, result := listing.ManifestName, "result.json"
	if row.Of == "session" {
		manifest, result = listing.SessionName, "outcome.json"
	}
	parent := ""
	d.Manifest, parent, err = asked(text(manifest, listing.MostManifest))
	doubt(manifest, err)
	d.Parent = s.list.of(parent)
	if b := text(result, listing.MostManifest); json.Valid(b) {
		d.Result = b
	} else if b != nil {
		doubt(result, fmt.Errorf("it is damaged"))
	}
	d.Resolved = string(text("resolved.yaml", 2<<20))
	d.Spec = file{row.Name + ".yaml", string(text("spec.yaml", 2<<20))}
	if d.Head, err = s.files.Head(row.ID); err == nil && d.Head != nil {
		d.Spec.Name = d.Head.Spec
	} else if !errors.Is(err, fs.ErrNotExist) {
		doubt(events.Name, err)
	}
	return answer(w, d)
}

// asked takes the start out of a manifest, which may be long, and finds the identity of its parent.
func asked(text []byte) (manifest json.RawMessage, parent string, err error) {
	if text == nil {
		return json.RawMessage("null"), "", nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return json.RawMessage("null"), "", err
	}
	if start, is := fields["start"]; is && len(start) > 0 && start[0] == '[' {
		delete(fields, "start")
	}
	var of struct{ Identity string }
	if err := json.Unmarshal(fields["parent"], &of); err == nil {
		parent = of.Identity
	}
	manifest, err = json.Marshal(fields)
	return manifest, parent, err
}

// runFiles hands out the files that the experiment of a run names, as the run keeps them.
func (s *Server) runFiles(w http.ResponseWriter, r *http.Request) error {
	row, err := s.list.row(r.URL.Query().Get("id"))
	if err != nil {
		return err
	}
	name := listing.ManifestName
	if row.Of == "session" {
		name = listing.SessionName
	}
	text, err := s.files.Text(path.Join(row.ID, name), listing.MostManifest)
	if err != nil {
		return err
	}
	var m struct{ Files []struct{ Name, Copy string } }
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("%s is damaged: %w", name, err)
	}
	var all []message.Array
	left := int64(mostFiles)
	for _, f := range m.Files {
		if !local(f.Copy) || !strings.HasPrefix(f.Copy, "files/") {
			return refused(http.StatusUnprocessableEntity, "restore "+name+" from a copy", "the copy of %.200s is to be at %.200s, which is not in the folder files of the run", f.Name, f.Copy)
		}
		text, err := s.files.Text(path.Join(row.ID, f.Copy), left)
		if err != nil {
			return err
		}
		left -= int64(len(text))
		all = append(all, fileArray(f.Name, text))
	}
	return sendMessage(w, false, all)
}

// mostFiles caps the files of an experiment, bytes in all.
const mostFiles = 64 << 20
