package studio

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	qr "github.com/piglig/go-qr"
)

// With an address for phones the studio answers there too, under that name, and shows a code that leads there once.
func TestPhones(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has more than one address of its own without a network")
	}
	const host = "127.0.0.2"
	s, err := New(Config{Dir: t.TempDir(), Page: fstest.MapFS{"index.html": {Data: []byte("page")}}}, host, 0)
	check(t, err)
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx) }()
	defer func() { end(); check(t, <-ended) }()
	b := enter(t, s)
	code, text := b.post("api/phone", struct{}{})
	var a struct{ Address, SVG, Warning string }
	if code != 200 || json.Unmarshal([]byte(text), &a) != nil || !strings.HasPrefix(a.Address, fmt.Sprintf("http://%s:%d/?token=", host, s.Port)) || !strings.Contains(a.SVG, "<svg") || !strings.Contains(a.Warning, "not encrypted") {
		t.Fatalf("%d %s", code, text)
	}
	phone := &http.Client{}
	for _, want := range []int{http.StatusOK, http.StatusForbidden} {
		r, err := phone.Get(a.Address)
		check(t, err)
		check(t, r.Body.Close())
		if r.StatusCode != want {
			t.Errorf("%d, want %d", r.StatusCode, want)
		}
	}
	phone.CloseIdleConnections()

	only := enter(t, open(t, t.TempDir()))
	if code, text := only.post("api/phone", struct{}{}); code != http.StatusConflict || !strings.Contains(text, "--host") {
		t.Errorf("%d %s", code, text)
	}
}

// The code in the terminal is read as what it was made of.
func TestCode(t *testing.T) {
	const text = "http://192.168.1.20:41389/?token=SxfEX8I95tQYJC81_tLJvWA6vBIk4PuV"
	drawn, err := Code(text)
	check(t, err)
	lines := strings.Split(strings.TrimSuffix(drawn, "\n"), "\n")
	const scale = 4
	var picture *image.Gray
	for y, line := range lines {
		line = strings.TrimSuffix(strings.TrimPrefix(line, "\x1b[30;107m"), "\x1b[0m")
		modules := []rune(line)
		if picture == nil {
			picture = image.NewGray(image.Rect(0, 0, scale*len(modules), 2*scale*len(lines)))
		}
		for x, r := range modules {
			for half := range 2 {
				dark := r == '█' || r == '▀' && half == 0 || r == '▄' && half == 1
				for i := range scale * scale {
					shade := color.Gray{Y: 255}
					if dark {
						shade.Y = 0
					}
					picture.SetGray(scale*x+i%scale, scale*(2*y+half)+i/scale, shade)
				}
			}
		}
	}
	if got, err := qr.Decode(picture); err != nil || got != text {
		t.Errorf("%q, %v", got, err)
	}
}

// counted is an engine that knows which it is.
type counted struct{ number int }

func (c counted) Call(string, []byte) []byte { return fmt.Append(nil, c.number) }

// Every browser has an engine of its own; of too many the one that has asked longest ago begins anew.
func TestEngines(t *testing.T) {
	made := 0
	s := open(t, t.TempDir(), func(c *Config) { c.Engine = func() Engine { made++; return counted{made} } })
	ask := func(b *browser) string {
		r, text := b.ask("POST", "api/engine/solve", "{}\n", "Content-Type: application/octet-stream", "Origin: "+strings.TrimSuffix(s.Plain(false), "/"))
		if r.StatusCode != 200 {
			t.Fatalf("%d %s", r.StatusCode, text)
		}
		return text
	}
	var browsers []*browser
	var got []string
	for range mostEngines + 1 {
		browsers = append(browsers, enter(t, s))
	}
	for _, at := range []int{0, 1, 2, 3, 0, 4, 0, 1} {
		got = append(got, ask(browsers[at]))
	}
	if want := []string{"1", "2", "3", "4", "1", "5", "1", "6"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for _, verb := range []string{"", "a/b", "Open", "..", "open1"} {
		if r, _ := browsers[0].ask("POST", "api/engine/"+verb, "", "Content-Type: application/octet-stream", "Origin: "+strings.TrimSuffix(s.Plain(false), "/")); r.StatusCode < 300 {
			t.Errorf("%q: %d", verb, r.StatusCode)
		}
	}
	none := enter(t, open(t, t.TempDir()))
	if r, _ := none.ask("POST", "api/engine/open", "", "Content-Type: application/octet-stream", "Origin: "+strings.TrimSuffix(none.s.Plain(false), "/")); r.StatusCode != http.StatusNotImplemented {
		t.Errorf("%d", r.StatusCode)
	}
}

// What is remembered is for its owner, belongs to one folder, and lets browsers in again; only who knows the secret gets
// a token.
func TestPresence(t *testing.T) {
	config, dir := t.TempDir(), t.TempDir()
	s := open(t, dir)
	p := Recall(config, s.Dir)
	check(t, p.Present(s))
	b := enter(t, s)
	p.Sessions = s.keys.list()
	check(t, p.Keep())
	if info, err := os.Stat(filepath.Join(config, "studio")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info, err)
	}
	again := Recall(config, s.Dir)
	address, ok := again.Ask(context.Background(), false)
	if !ok || !strings.HasPrefix(address, s.Plain(false)+"?token=") {
		t.Errorf("%q", address)
	}
	if code, _ := stranger(t, s).get(strings.TrimPrefix(address, s.Plain(false))); code != 200 {
		t.Errorf("the token does not count: %d", code)
	}
	next := open(t, dir, func(c *Config) { c.Sessions = again.Sessions })
	r, _ := stranger(t, next).ask("GET", "api/about", "", fmt.Sprintf("Cookie: %s=%s", cookieName(next.port), cookieOf(t, b)), "Elastrain-Key: "+b.key)
	if r.StatusCode != 200 {
		t.Errorf("a browser of the earlier server: %d", r.StatusCode)
	}
	again.Secret = "another"
	if _, ok := again.Ask(context.Background(), false); ok {
		t.Error("another secret counts")
	}
	check(t, p.Absent())
	if gone := Recall(config, s.Dir); gone.PID != 0 || gone.Secret != "" || len(gone.Sessions) != 1 || gone.Port != s.Port {
		t.Errorf("%+v", gone)
	}
	if other := Recall(config, t.TempDir()); other.Port != 0 {
		t.Errorf("%+v", other)
	}
}

func cookieOf(t *testing.T, b *browser) string {
	t.Helper()
	u := *mustRequest(t, b.s).URL
	for _, c := range b.Jar.Cookies(&u) {
		return c.Value
	}
	t.Fatal("there is no cookie")
	return ""
}

// What cannot be remembered is no obstacle.
func TestForgetful(t *testing.T) {
	p := Recall("", "/a")
	check(t, p.Keep())
	if _, ok := p.Ask(context.Background(), false); ok {
		t.Error("nobody answers")
	}
}

// No more streams are open than are held well; each that ends makes room.
func TestManyStreams(t *testing.T) {
	s := open(t, t.TempDir())
	b := enter(t, s)
	s.streams.Store(mostStreams)
	r, text := b.ask("GET", "api/runs/events", "")
	if r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") == "" || !strings.Contains(text, "close some") {
		t.Errorf("%d %s", r.StatusCode, text)
	}
	s.streams.Store(0)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { b.stream("api/runs/events", "", func(event) bool { return false }) })
	}
	all.Wait()
}
