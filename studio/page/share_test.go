package page

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
	"math"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/studio/engine"
)

const hostile = `</title></script><script>alert(1)</script><!--<script>" onload='x' & \u2028`

// behaviour is an experiment with a history of many frames.
func behaviour(t *testing.T) *Shared {
	t.Helper()
	text, _ := examples.Text("behaviour")
	s := &Shared{Title: "A behaviour", Key: "behaviour", Name: "behaviour.yaml", Text: text}
	const frames, width = 5000, 29 // more than fit
	for i := range frames {
		s.Epochs = append(s.Epochs, i)
		for k := range width {
			s.Frames = append(s.Frames, 100+float64(i)+float64(k)/100)
		}
		loss := 1 / float64(i+1)
		s.Records = append(s.Records, engine.Record{Epoch: i, Loss: &loss})
	}
	return s
}

// pageOf makes a page with a script of its own.
func pageOf(t *testing.T, s *Shared, script string) (string, *Info) {
	t.Helper()
	packed, err := fs.ReadFile(built, engineName)
	if err != nil {
		t.Fatal(err)
	}
	text, info, err := (&Page{Version: "1", Networks: []*Shared{s}}).of(fstest.MapFS{engineName: {Data: packed}, "dist/share.js": {Data: []byte(script)}, "dist/share.css": {Data: []byte("p{color:red}")}})
	if err != nil {
		t.Fatal(err)
	}
	return string(text), info
}

// elements are those of a page that hold raw text, as browsers read them: a script ends at the first </script, and begins nowhere within
// one. scripts counts those that run.
func elements(t *testing.T, page string) (texts map[string]string, scripts int) {
	t.Helper()
	texts = map[string]string{}
	open, id := regexp.MustCompile(`(?i)<(script|style|title)\b([^>]*)>`), regexp.MustCompile(`id="([^"]*)"`)
	for rest := page; ; {
		at := open.FindStringSubmatchIndex(rest)
		if at == nil {
			return texts, scripts
		}
		name, attributes := strings.ToLower(rest[at[2]:at[3]]), rest[at[4]:at[5]]
		rest = rest[at[1]:]
		end := strings.Index(strings.ToLower(rest), "</"+name)
		if end < 0 {
			t.Fatalf("the element %s%s has no end", name, attributes)
		}
		text := rest[:end]
		if lower := strings.ToLower(text); strings.Contains(lower, "<!--") && strings.Contains(lower, "<script") {
			t.Errorf("the element %s%s begins a comment with a script in it, which ends elsewhere", name, attributes)
		}
		key := name
		if m := id.FindStringSubmatch(attributes); m != nil {
			key = m[1]
		} else if name == "script" {
			scripts++
		}
		texts[key], rest = text, rest[end:]
	}
}

// Title, name, text and script are what they are and end nothing; the message is the one that the engine opens with.
func TestNothingBreaksOut(t *testing.T) {
	s := behaviour(t)
	s.Title, s.Name = hostile, hostile
	s.Text = append([]byte("# "+hostile+"\n"), s.Text...)
	page, info := pageOf(t, s, "const a = '</script><b>', b = '<!-- <script'; void [a, b];")
	texts, n := elements(t, page)
	if title := html.UnescapeString(texts["title"]); title != hostile || n != 1 {
		t.Errorf("title %q, %d scripts that run", title, n)
	}
	say := texts["elastrain"]
	var got told
	if err := json.Unmarshal([]byte(say), &got); err != nil || len(got.Networks) != 1 || got.Networks[0].Title != hostile || got.Networks[0].Text != string(s.Text) || len(got.Networks[0].Records) != mostRecords || got.Networks[0].Records[mostRecords-1].Epoch != 4999 {
		t.Errorf("%v: %+v", err, got)
	}
	raw, err := base64.StdEncoding.DecodeString(texts["network-0"])
	if err != nil {
		t.Fatal(err)
	}
	zip, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	object, payload, err := message.Split(whole)
	if err != nil {
		t.Fatal(err)
	}
	var head struct {
		ID     int
		Shape  struct{ Elements int }
		Arrays []message.Array
	}
	if err := json.Unmarshal(object, &head); err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, a := range head.Arrays {
		size := a.Count(math.MaxInt32) * a.Width()
		if a.Name == "frames" {
			v := message.Float64s(payload[at : at+size])
			if v[0] != 100 || v[len(v)-1] != s.Frames[len(s.Frames)-1] || a.Shape[0] != info.Frames || info.Frames < 100 || size > mostFrames+8*29 {
				t.Errorf("%d frames, shape %v", info.Frames, a.Shape)
			}
		}
		at += size
	}
	if at != len(payload) || head.Shape.Elements != info.Elements || info.Elements == 0 {
		t.Errorf("%d bytes of %d are in arrays; %+v", at, len(payload), info)
	}
}

// The policy names the hash of the only script and the only sheet, and nothing of the network.
func TestPolicy(t *testing.T) {
	page, info := pageOf(t, behaviour(t), "void 0;")
	for _, c := range []struct{ pattern, kind string }{{`(?s)<script>(.*?)</script>`, "script-src"}, {`(?s)<style>(.*?)</style>`, "style-src"}} {
		m := regexp.MustCompile(c.pattern).FindStringSubmatch(page)
		if m == nil || !strings.Contains(page, c.kind+" "+hash(m[1])) {
			t.Errorf("%s does not name its hash", c.kind)
		}
	}
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)
	if policy == nil || strings.Contains(policy[1], "unsafe-inline") || strings.Contains(policy[1], "'unsafe-eval'") || strings.Contains(policy[1], "http") || strings.Contains(policy[1], "*") {
		t.Errorf("policy %v", policy)
	}
	if info.Bytes != len(page) || info.Bytes > MostShared {
		t.Errorf("%d bytes, and %d said", len(page), info.Bytes)
	}
}

// What does not fit is refused, and says what does.
func TestTooLarge(t *testing.T) {
	text, _ := examples.Text("chain")
	for _, c := range []struct {
		s    *Shared
		says string
	}{
		{&Shared{Name: "large.yaml", Text: []byte(strings.Replace(square, "SIZE", "100 x 101", 1))}, "at most 20000 elements"},
		{&Shared{Name: "files.yaml", Text: text, Files: map[string][]byte{"noise.bin": noise(1 << 20)}}, "MB are what most ways"},
		{&Shared{Name: "wrong.yaml", Text: []byte("elastrain: 1\n")}, "lacks"},
	} {
		packed, err := fs.ReadFile(built, engineName)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = (&Page{Networks: []*Shared{behaviour(t), c.s}}).of(fstest.MapFS{engineName: {Data: packed}, "dist/share.js": {Data: nil}, "dist/share.css": {Data: nil}})
		refused, ok := err.(*RefusedError)
		if !ok || !strings.Contains(refused.Text, c.says) || refused.Help == "" || (refused.At != 1 && c.s.Name != "files.yaml") {
			t.Errorf("%s: %v, want %q", c.s.Name, err, c.says)
		}
	}
	if _, _, err := (&Page{Networks: []*Shared{behaviour(t)}}).of(fstest.MapFS{engineName: {Data: nil}}); err == nil {
		t.Error("a page without its script")
	}
}

// noise does not pack.
func noise(n int) []byte {
	b, x := make([]byte, n), uint64(1)
	for i := range b {
		x = x*6364136223846793005 + 1442695040888963407
		b[i] = byte(x >> 56)
	}
	return b
}

const square = `elastrain: 1
network: {lattice: triangular, size: SIZE, spacing: 10 mm}
supports: {pinned: [1, 2]}
bonds: {stiffness: 10..200 N/m}
task:
  kind: behaviour
  cases: [{push: [{node: 30, along: x, force: 1 mN}], want: [{node: 40, along: x, move: 1 um}]}]
`

// Several networks are in one page with one engine, in their order, each under a name of its own.
func TestSeveral(t *testing.T) {
	packed, err := fs.ReadFile(built, engineName)
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{engineName: {Data: packed}, "dist/share.js": {Data: nil}, "dist/share.css": {Data: nil}}
	cell, _ := examples.Text("cell")
	p := &Page{Networks: []*Shared{behaviour(t), {Key: `my cell@seed=2"><b>`, Name: "cell.yaml", Text: cell}, {Key: "behaviour", Title: "Again", Name: "b.yaml", Text: behaviour(t).Text}}}
	text, info, err := p.of(files)
	if err != nil {
		t.Fatal(err)
	}
	one, _, err := (&Page{Networks: p.Networks[:1]}).of(files)
	if err != nil {
		t.Fatal(err)
	}
	if len(text)-len(one) > 20_000 {
		t.Errorf("two more networks take %d bytes", len(text)-len(one))
	}
	texts, n := elements(t, string(text))
	var got told
	if err := json.Unmarshal([]byte(texts["elastrain"]), &got); err != nil || n != 1 || len(got.Networks) != 3 || got.Title != "" {
		t.Fatalf("%v: %d scripts, %+v", err, n, got)
	}
	for i, want := range []Network{{"A behaviour", "behaviour", 28, info.Frames}, {"cell.yaml", "my-cell-seed-2---b", 10, 0}, {"Again", "behaviour-2", 28, 0}} {
		if info.Networks[i] != want || got.Networks[i].Key != want.Key || got.Networks[i].Title != want.Title || texts[fmt.Sprintf("network-%d", i)] == "" {
			t.Errorf("%+v, want %+v", info.Networks[i], want)
		}
	}
	if info.Elements != 28 || html.UnescapeString(texts["title"]) != "A behaviour" {
		t.Errorf("%+v, title %q", info, texts["title"])
	}
}
