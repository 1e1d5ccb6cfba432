package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"strings"

	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/studio/engine"
)

const (
	// MostShared is how large a shared page may be, bytes: what mail and forums let through.
	MostShared = 6_000_000
	// MostElements is how many elements a shared lattice may have.
	MostElements = 20_000
	// mostFrames caps the history of the parameters, bytes before packing.
	mostFrames = 400_000
	// mostRecords caps the epochs whose scores are kept.
	mostRecords = 1000
)

// Page is one file with networks in it, of which it shows the first and offers the others.
type Page struct {
	Title    string // "": that of the network
	Version  string
	Networks []*Shared
}

// Shared is a lattice with its task and how it learned.
type Shared struct {
	Title     string // "": the name of its file
	Key       string // names it in addresses, page.html#KEY; made of letters, digits, points and dashes, and different from the others
	Name      string // of the experiment file
	Text      []byte
	Overrides []string
	Files     map[string][]byte
	Theta     []float64 // parameters as trained; nil: those at the start
	Epochs    []int     // of the frames
	Frames    []float64 // parameters at these epochs, one after the other
	Records   []engine.Record
}

// Info is what a page became; elements and frames are those of the first network.
type Info struct {
	Bytes    int       `json:"bytes"`
	Elements int       `json:"elements"`
	Frames   int       `json:"frames"`
	Networks []Network `json:"-"`
}

// Network is what a page has of one network.
type Network struct {
	Title    string `json:"title"`
	Key      string `json:"key"` // page.html#KEY opens it
	Elements int    `json:"elements"`
	Frames   int    `json:"frames"` // of the history that are in it
}

// RefusedError says why something cannot be shared as a page, and what can.
type RefusedError struct {
	Text, Help string
	At         int // which network
}

func (e *RefusedError) Error() string { return e.Text }

// told is what the page reads of its file in JSON.
type told struct {
	Title    string        `json:"title,omitempty"` // that was asked for
	Version  string        `json:"version"`
	Networks []toldNetwork `json:"networks"`
}

type toldNetwork struct {
	Key       string          `json:"key"`
	Title     string          `json:"title"`
	Name      string          `json:"name"`
	Text      string          `json:"text"`
	Overrides []string        `json:"overrides,omitempty"`
	Records   []engine.Record `json:"records"`
}

// HTML is one file in which the lattices move and learn without a server. It asks nobody for anything: its policy lets only
// its own script run, by its hash.
func (p *Page) HTML() ([]byte, *Info, error) { return p.of(built) }

func (p *Page) of(files fs.FS) ([]byte, *Info, error) {
	packed, err := fs.ReadFile(files, engineName)
	if err != nil {
		return nil, nil, err
	}
	script, err := fs.ReadFile(files, "dist/share.js")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, &RefusedError{Text: "this program was built without the shared page", Help: "build studio/web first: npm ci, node build.mjs"}
	}
	if err != nil {
		return nil, nil, err
	}
	style, err := fs.ReadFile(files, "dist/share.css")
	if err != nil {
		return nil, nil, err
	}
	tell, info, messages := told{Title: p.Title, Version: p.Version}, &Info{}, ""
	keys := map[string]bool{}
	for i, s := range p.Networks {
		data, n, err := s.message()
		var refused *RefusedError
		if errors.As(err, &refused) {
			refused.At = i
		}
		if err != nil {
			return nil, nil, err
		}
		if n.Key, n.Title = freeKey(s.Key, keys), s.Title; n.Title == "" {
			n.Title = s.Name
		}
		info.Networks = append(info.Networks, *n)
		tell.Networks = append(tell.Networks, toldNetwork{n.Key, n.Title, s.Name, string(s.Text), s.Overrides, thinned(s.Records)})
		messages += fmt.Sprintf("<script type=\"text/plain\" id=\"network-%d\">%s</script>\n", i, base64.StdEncoding.EncodeToString(data))
	}
	if len(info.Networks) == 0 {
		return nil, nil, &RefusedError{Text: "a page needs a network"}
	}
	info.Elements, info.Frames = info.Networks[0].Elements, info.Networks[0].Frames
	title := p.Title
	if title == "" {
		title = info.Networks[0].Title
	}
	say, err := json.Marshal(tell) // with < and > written as \u003c
	if err != nil {
		return nil, nil, err
	}
	code, sheet := inScript(string(script)), strings.ReplaceAll(string(style), "</", `<\/`)
	policy := "default-src 'none'; script-src " + hash(code) + " 'wasm-unsafe-eval'; style-src " + hash(sheet) + "; worker-src blob:; connect-src data:; img-src data: blob:; base-uri 'none'; form-action 'none'"
	var b bytes.Buffer
	fmt.Fprintf(&b, `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="%s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>%s</title>
<style>%s</style>
</head>
<body>
<div id="app"></div>
<noscript>This page needs a script of its own to draw and to compute.</noscript>
<script type="application/json" id="elastrain">%s</script>
%s<script type="text/plain" id="engine">%s</script>
<script>%s</script>
</body>
</html>
`, policy, html.EscapeString(title), sheet, say, messages, base64.StdEncoding.EncodeToString(packed), code)
	if info.Bytes = b.Len(); info.Bytes > MostShared {
		return nil, nil, &RefusedError{Text: fmt.Sprintf("the page would have %.1f MB, and %.1f MB are what most ways of sending it let through", float64(info.Bytes)/1e6, MostShared/1e6),
			Help: "share fewer networks, a lattice with fewer elements, or data with fewer rows; `elastrain export` writes files of any size"}
	}
	return b.Bytes(), info, nil
}

// HasShared reports whether the script of shared pages is built into this program.
func HasShared() bool {
	_, err := fs.Stat(built, "dist/share.js")
	return err == nil
}

// freeKey is a name for an address, which no other network of the page has.
func freeKey(name string, taken map[string]bool) string {
	key := strings.Trim(strings.Map(func(r rune) rune {
		if r < 128 && (r == '.' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z') {
			return r
		}
		return '-'
	}, name), "-.")
	if key == "" {
		key = "network"
	}
	free := key
	for i := 2; taken[free]; i++ {
		free = fmt.Sprintf("%s-%d", key, i)
	}
	taken[free] = true
	return free
}

// hash is a text as a policy names it.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// inScript is a script in which nothing ends the element that it stands in; within strings and patterns the backslash changes nothing.
func inScript(text string) string {
	return strings.NewReplacer("</script", `<\/script`, "</SCRIPT", `<\/SCRIPT`, "</Script", `<\/Script`, "<!--", `<\!--`).Replace(text)
}

// message is what opening the experiment says, with its files and its history, packed.
func (s *Shared) message() ([]byte, *Network, error) {
	var arrays []message.Array
	for _, name := range sorted(s.Files) {
		arrays = append(arrays, message.U1("file:"+name, s.Files[name], len(s.Files[name])))
	}
	asked := arrays
	if s.Theta != nil {
		asked = append(asked[:len(asked):len(asked)], message.F8("theta", s.Theta, len(s.Theta)))
	}
	var question bytes.Buffer
	if err := message.Write(&question, map[string]any{"name": s.Name, "text": string(s.Text), "overrides": s.Overrides, "arrays": asked}, asked); err != nil {
		return nil, nil, err
	}
	reply := (&engine.Engine{Memory: 4 << 30}).Call("open", question.Bytes())
	object, payload, err := message.Split(reply)
	if err != nil {
		return nil, nil, err
	}
	var head map[string]json.RawMessage
	var open struct {
		Error  *struct{ Message, Help string }
		Shape  struct{ Elements int }
		Arrays []json.RawMessage
	}
	if err := errors.Join(json.Unmarshal(object, &head), json.Unmarshal(object, &open)); err != nil {
		return nil, nil, err
	}
	if open.Error != nil {
		return nil, nil, &RefusedError{Text: open.Error.Message, Help: open.Error.Help}
	}
	if open.Shape.Elements > MostElements {
		return nil, nil, &RefusedError{Text: fmt.Sprintf("a shared page takes at most %d elements, and this lattice has %d", MostElements, open.Shape.Elements),
			Help: "`elastrain export` writes it for other programs, `elastrain show` draws it; or share one of fewer nodes"}
	}
	info := &Network{Elements: open.Shape.Elements}
	epochs, frames := s.history()
	if info.Frames = len(epochs); info.Frames > 0 {
		arrays = append(arrays, message.I4("frame_epochs", epochs, len(epochs)), message.F8("frames", frames, len(epochs), len(frames)/len(epochs)))
	}
	for i := range arrays {
		one, err := json.Marshal(arrays[i])
		if err != nil {
			return nil, nil, err
		}
		open.Arrays = append(open.Arrays, one)
	}
	if head["arrays"], err = json.Marshal(open.Arrays); err != nil {
		return nil, nil, err
	}
	line, err := json.Marshal(head)
	if err != nil {
		return nil, nil, err
	}
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, nil, err
	}
	var behind bytes.Buffer // of the arrays that are added, behind an empty line of their own
	if err := message.Write(&behind, struct{}{}, arrays); err != nil {
		return nil, nil, err
	}
	_, more, _ := bytes.Cut(behind.Bytes(), []byte("\n"))
	for _, part := range [][]byte{fmt.Appendf(nil, "%d ", len(payload)+len(more)), line, []byte("\n"), payload, more} {
		if _, err := zip.Write(part); err != nil {
			return nil, nil, err
		}
	}
	if err := zip.Close(); err != nil {
		return nil, nil, err
	}
	return out.Bytes(), info, nil
}
