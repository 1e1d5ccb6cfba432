package studio

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func newGzip(w io.Writer) *gzip.Writer { return gzip.NewWriter(w) }

// stranger is a browser that was not let in.
func stranger(t testing.TB, s *Server) *browser { return &browser{t, s, &http.Client{}, ""} }

// paths are the routes with what they need to be answered, of a folder with a run a.
func paths(s *Server) (all []string) {
	for route := range s.routes() {
		all = append(all, strings.Replace(route, "{verb}", "version", 1))
	}
	return all
}

// Nobody without a session gets an answer, whatever the route.
func TestStrangers(t *testing.T) {
	s := open(t, t.TempDir())
	b := stranger(t, s)
	for _, route := range paths(s) {
		method, path, _ := strings.Cut(route, " /")
		for _, cookie := range []string{"", "Cookie: " + cookieName(s.port) + "=", "Cookie: " + cookieName(s.port) + "=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"} {
			headers := []string{"Content-Type: application/json", "Origin: " + strings.TrimSuffix(s.Plain(false), "/")}
			if cookie != "" {
				headers = append(headers, cookie)
			}
			if r, text := b.ask(method, path, "{}", headers...); r.StatusCode != http.StatusUnauthorized || !strings.Contains(text, "E0804") {
				t.Errorf("%s with %q: %d %s", route, cookie, r.StatusCode, text)
			}
		}
	}
	if len(paths(s)) < 10 {
		t.Error("there are too few routes")
	}
	if code, _ := b.get("api/other"); code != http.StatusUnauthorized {
		t.Errorf("a route that is not there: %d", code)
	}
}

// A token counts once, and only a whole one.
func TestTokens(t *testing.T) {
	s := open(t, t.TempDir())
	token := s.keys.token()
	b := stranger(t, s)
	for _, wrong := range []string{"x", token[:len(token)-1], token + "A", strings.ToLower(token) + "", "%00"} {
		if wrong == token {
			continue
		}
		if r, _ := b.ask("GET", "?token="+wrong, ""); r.StatusCode != http.StatusForbidden || r.Header.Get("Set-Cookie") != "" {
			t.Errorf("%q: %d", wrong, r.StatusCode)
		}
	}
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r, page := b.ask("GET", "?token="+token, "")
	cookie, key := r.Cookies(), r.Header.Get("Elastrain-Key")
	if r.StatusCode != 200 || r.Header.Get("Cache-Control") != "no-store" || len(cookie) != 1 || len(key) < 32 || !strings.Contains(page, `<meta name="elastrain-key" content="`+key+`">`) {
		t.Fatalf("%d %v %s", r.StatusCode, r.Header, page)
	}
	if c := cookie[0]; !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || len(c.Value) < 32 || c.Path != "/" {
		t.Errorf("the cookie is %v", c)
	}
	if r, text := b.ask("GET", "?token="+token, ""); r.StatusCode != http.StatusForbidden || !strings.Contains(text, "has been used") {
		t.Errorf("a stolen token: %d %s", r.StatusCode, text)
	}
	with := fmt.Sprintf("Cookie: %s=%s", cookie[0].Name, cookie[0].Value)
	if r, _ := b.ask("GET", "?token="+token, "", with); r.StatusCode != http.StatusSeeOther { // going back in its own browser
		t.Errorf("going back: %d", r.StatusCode)
	}
	if r, text := b.ask("GET", "", "", with); r.StatusCode != 200 || r.Header.Get("Elastrain-Key") != "" || strings.Contains(text, key) {
		t.Errorf("the key is told again: %v %s", r.Header, text)
	}
	both := []string{with, "Elastrain-Key: " + key}
	if r, _ := b.ask("GET", "api/about", "", both...); r.StatusCode != 200 {
		t.Errorf("with cookie and key: %d", r.StatusCode)
	}
	other := strings.Replace(with, cookie[0].Value, cookie[0].Value[:10]+cookie[0].Value[:len(cookie[0].Value)-10], 1)
	if r, _ := b.ask("GET", "api/about", "", other, both[1]); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("with another cookie: %d", r.StatusCode)
	}
}

// A browser sends the cookie to whoever listens on another port of this machine. It opens nothing there: not without the
// key, nor with that of another session, whatever else is said; and what changes something takes the key from no address.
func TestStolenCookie(t *testing.T) {
	s := open(t, t.TempDir())
	b, second := enter(t, s), enter(t, s)
	own := "Origin: " + strings.TrimSuffix(s.Plain(false), "/")
	stolen := "Cookie: " + cookieName(s.port) + "=" + cookieOf(t, b)
	thief := stranger(t, s)
	for _, route := range paths(s) {
		method, path, _ := strings.Cut(route, " /")
		join := "?key="
		if strings.Contains(path, "?") {
			join = "&key="
		}
		for _, key := range []string{"", "Elastrain-Key: ", "Elastrain-Key: " + second.key, "Elastrain-Key: " + b.key[1:], "Elastrain-Key: " + cookieOf(t, b), join + second.key} {
			headers := []string{stolen, own, "Sec-Fetch-Site: same-origin", "Content-Type: application/json"}
			at := path
			if strings.HasPrefix(key, join) {
				at += key
			} else if key != "" {
				headers = append(headers, key)
			}
			if r, text := thief.ask(method, at, "{}", headers...); r.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s with %q: %d %s", route, key, r.StatusCode, text)
			}
		}
	}
	if r, _ := thief.ask("POST", "api/spec?key="+b.key, `{"name":"a.yaml","text":"x","was":""}`, stolen, own, "Content-Type: application/json"); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("a key in an address: %d", r.StatusCode)
	}
	if r, _ := thief.ask("GET", "api/about?key="+b.key, "", stolen); r.StatusCode != 200 { // a stream or a picture of the page's
		t.Errorf("the right key in an address: %d", r.StatusCode)
	}
	if code, _ := b.get("api/about"); code != 200 {
		t.Errorf("the page itself: %d", code)
	}
}

// Tokens and sessions age, and the oldest go first.
func TestKeysAge(t *testing.T) {
	now := time.Now()
	told := 0
	k := &keys{now: func() time.Time { return now }, changed: func(list []Session) { told = len(list) }}
	first := k.token()
	for range mostTokens {
		k.token()
	}
	if _, _, ok := k.exchange(first); ok {
		t.Error("the oldest of many tokens still counts")
	}
	token := k.token()
	now = now.Add(tokenLasts + time.Second)
	if _, _, ok := k.exchange(token); ok {
		t.Error("an old token counts")
	}
	cookie, key, ok := k.exchange(k.token())
	known := func(k *keys) bool { _, both := k.knows(cookie, key); return both }
	if !ok || !known(k) || told != 1 {
		t.Fatal("a token does not count")
	}
	again := &keys{now: k.now}
	again.remember(k.list())
	zeros := strings.Repeat("0", 64)
	again.remember([]Session{{"zz", zeros, now}, {"00", zeros, now}, {zeros, zeros, now.Add(time.Hour)}, {zeros, "", now}, {zeros, "00", now}})
	if !known(again) || len(again.sessions) != 1 {
		t.Errorf("%d sessions are remembered", len(again.sessions))
	}
	now = now.Add(sessionLasts)
	if known(k) {
		t.Error("an old session counts")
	}
}

// Whatever name an attacker points at this machine, the page and the API are closed under it.
func TestRebinding(t *testing.T) {
	s := open(t, t.TempDir())
	b := enter(t, s)
	for _, host := range []string{"attacker.example", fmt.Sprintf("attacker.example:%d", s.Port), "127.0.0.1", fmt.Sprintf("127.0.0.1:%d", s.Port+1), fmt.Sprintf("127.0.0.1.attacker.example:%d", s.Port),
		fmt.Sprintf("0.0.0.0:%d", s.Port), fmt.Sprintf("[::]:%d", s.Port), fmt.Sprintf("localhost.:%d", s.Port), "x"} {
		for _, path := range []string{"", "api/about", "studio.js", "?token=" + s.keys.token()} {
			if r, _ := b.ask("GET", path, "", "Host: "+host); r.StatusCode != http.StatusForbidden || r.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s under %s: %d", path, host, r.StatusCode)
			}
		}
	}
	for _, host := range []string{fmt.Sprintf("LOCALHOST:%d", s.Port), fmt.Sprintf("[::1]:%d", s.Port)} {
		if r, _ := b.ask("GET", "", "", "Host: "+host); r.StatusCode != 200 {
			t.Errorf("under %s: %d", host, r.StatusCode)
		}
	}
}

// What another page asks in a browser with a session is refused: forms, scripts, streams and the engine.
func TestOtherPages(t *testing.T) {
	s := open(t, t.TempDir(), func(c *Config) { c.Engine = func() Engine { return echo{} } })
	b := enter(t, s)
	own := strings.TrimSuffix(s.Plain(false), "/")
	json, text := "Content-Type: application/json", "Content-Type: text/plain"
	for _, c := range []struct {
		route   string
		headers []string
		want    int
	}{
		{"POST /api/spec", []string{text, "Origin: https://attacker.example"}, 403},
		{"POST /api/spec", []string{json, "Origin: https://attacker.example"}, 403},
		{"POST /api/spec", []string{json, "Origin: null"}, 403},
		{"POST /api/spec", []string{json, "Sec-Fetch-Site: cross-site"}, 403},
		{"POST /api/spec", []string{json, "Sec-Fetch-Site: same-site", "Origin: http://127.0.0.1:8888"}, 403}, // another port of this machine
		{"POST /api/spec", []string{json, "Sec-Fetch-Site: same-origin", "Origin: http://127.0.0.1:8888"}, 403},
		{"POST /api/spec", []string{json, "Origin: " + own, "Origin: https://attacker.example"}, 403},
		{"POST /api/spec", []string{json, "Origin: https" + own[4:]}, 403},
		{"POST /api/spec", []string{text}, 403}, // no origin at all
		{"POST /api/spec", []string{json}, 403},
		{"POST /api/spec", []string{json, "Sec-Fetch-Site: none"}, 403},
		{"POST /api/spec", []string{text, "Origin: " + own}, 415},
		{"POST /api/spec", []string{"Content-Type: application/x-www-form-urlencoded", "Origin: " + own}, 415},
		{"POST /api/spec", []string{"Origin: " + own}, 415},
		{"POST /api/engine/echo", []string{"Content-Type: application/octet-stream", "Sec-Fetch-Site: cross-site", "Origin: https://attacker.example"}, 403},
		{"POST /api/engine/echo", []string{text, "Origin: " + own}, 415},
		{"GET /api/runs/events", []string{"Sec-Fetch-Site: cross-site", "Origin: https://attacker.example"}, 403},
		{"GET /api/runs/events", []string{"Sec-Fetch-Site: same-site"}, 403},
		{"GET /api/run/log?id=a", []string{"Origin: http://localhost:8888"}, 403},
		{"GET /api/runs", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"}, 403},
		{"GET /studio.js", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script"}, 403},
		{"GET /", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"}, 403},
		{"GET /", []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"}, 200}, // a link that a person follows
		{"OPTIONS /api/spec", []string{"Origin: https://attacker.example", "Access-Control-Request-Method: POST"}, 403},
		{"POST /api/spec", []string{json, "Origin: " + own}, 400},
		{"POST /api/engine/echo", []string{"Content-Type: application/octet-stream", "Origin: " + own}, 200},
		{"POST /token", []string{json, "Origin: " + own}, 400},
		{"DELETE /api/run", []string{"Origin: " + own}, 404},
	} {
		method, path, _ := strings.Cut(c.route, " /")
		r, answer := b.ask(method, path, "hello", c.headers...)
		if r.StatusCode != c.want {
			t.Errorf("%s %q: %d, want %d: %s", c.route, c.headers, r.StatusCode, c.want, answer)
		}
		for name := range r.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: %s", c.route, name)
			}
		}
	}
	if _, text := b.post("token", map[string]string{"secret": ""}); !strings.Contains(text, "another") {
		t.Errorf("an empty secret: %s", text)
	}
}

// echo is an engine that answers with what it was asked.
type echo struct{}

func (echo) Call(verb string, message []byte) []byte { return append([]byte(verb+" "), message...) }

// Every answer says what a page may do.
func TestHeaders(t *testing.T) {
	s := open(t, t.TempDir())
	b := enter(t, s)
	for _, path := range []string{"", "studio.js", "engine.wasm", "api/about", "api/nothing", "gone.js", "?token=x"} {
		r, _ := b.ask("GET", path, "")
		h := r.Header
		csp := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; ") || strings.Contains(csp, "unsafe-inline") || !strings.Contains(csp, "frame-ancestors 'none'") ||
			h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cross-Origin-Opener-Policy") != "same-origin" || h.Get("Cross-Origin-Resource-Policy") != "same-origin" ||
			h.Get("Referrer-Policy") != "no-referrer" || h.Get("Content-Type") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	if r, text := b.ask("GET", "engine.wasm", ""); text != "wasm" || r.Header.Get("Content-Type") != "application/wasm" {
		t.Errorf("%q as %s", text, r.Header.Get("Content-Type"))
	}
	if r, text := b.ask("GET", "engine.wasm?x", "", "Accept-Encoding: identity"); text != "wasm" || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%q %v", text, r.Header)
	}
	r, _ := b.ask("GET", "studio.js", "")
	if r, text := b.ask("GET", "studio.js", "", "If-None-Match: "+r.Header.Get("ETag")); r.StatusCode != http.StatusNotModified || text != "" {
		t.Errorf("%d %q", r.StatusCode, text)
	}
}

// No name and no id of a request leads out of the folder, or to what is hidden in it, in any route that takes one.
func TestNoWayOut(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "dir")
	makeRun(t, parent, "outside")
	makeRun(t, dir, "runs/a")
	makeRun(t, dir, ".hidden/b")
	for _, name := range []string{"secret.yaml", "outside/secret.yaml", "dir/.secret.yaml", "dir/.hidden/secret.yaml"} {
		check(t, os.WriteFile(filepath.Join(parent, name), []byte("elastrain: 1 # SECRET\n"), 0o666))
	}
	for link, to := range map[string]string{"out": "../outside", "far": filepath.Join(parent, "outside"), "secret2.yaml": "../secret.yaml", "runs/link": "../../outside", "abs.yaml": filepath.Join(parent, "secret.yaml")} {
		check(t, os.Symlink(to, filepath.Join(dir, link)))
	}
	before := tree(t, parent)
	s := open(t, dir)
	b := enter(t, s)
	words := []string{"..", ".", "", "runs", "a", "outside", "out", "far", "link", ".hidden", "b", "secret.yaml", "secret2.yaml", "abs.yaml", ".secret.yaml", "dir", "%2e%2e", "..%2f", "\\", "..\\", "C:", "\x00", "\n", parent, ".trash", "1"}
	rapid.Check(t, func(t *rapid.T) {
		name := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 6).Draw(t, "words"), "/")
		if rapid.Bool().Draw(t, "rooted") {
			name = "/" + name
		}
		if name == "runs/a" {
			return
		}
		for _, path := range []string{"api/run?id=", "api/run/files?id=", "api/run/frames?id=", "api/run/log?id=", "api/spec?name=", "api/spec/files?name="} {
			if code, text := b.get(path + escape(name)); code < 400 && !(local(name) && strings.HasPrefix(path, "api/spec")) || strings.Contains(text, "SECRET") {
				t.Fatalf("%s%q: %d %s", path, name, code, text)
			}
		}
		for _, do := range []string{"pause", "resume", "extend", "damage", "retrain", "trash", "restore"} {
			if code, text := b.post("api/run/do", map[string]any{"id": name, "do": do, "epochs": 5, "cut": []int{1}, "name": "a.yaml"}); code < 400 {
				t.Fatalf("%s %q: %d %s", do, name, code, text)
			}
		}
		for _, path := range []string{"api/spec", "api/train"} {
			name := name
			if !strings.HasSuffix(name, ".yaml") {
				name += "/../../x.yaml"
			}
			if code, text := b.post(path, map[string]any{"name": name, "text": "x"}); code < 400 && !local(name) { // a strange name within the folder is one
				t.Fatalf("%s %q: %d %s", path, name, code, text)
			}
		}
		if code, text := b.post("api/run/do", map[string]any{"id": "runs/a", "do": "retrain", "name": "../" + name, "text": "x"}); code < 400 {
			t.Fatalf("retrain %q: %d %s", name, code, text)
		}
		if code, _ := b.get(escape(name)); code == 200 && strings.Trim(name, "/.") != "" {
			t.Fatalf("/%q is answered", name)
		}
	})
	after := tree(t, parent)
	for path, was := range before {
		if after[path] != was {
			t.Errorf("%s was changed", path)
		}
	}
	for path := range after {
		if _, there := before[path]; !there && (!strings.HasPrefix(path, dir+string(filepath.Separator)) || !strings.HasSuffix(path, ".yaml")) {
			t.Errorf("%s was written", path)
		}
	}
	if list := b.list(); len(list) != 1 || list["runs/a"] == nil {
		t.Errorf("the list is %v", list)
	}
}

// tree is every file below a directory with its content.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	check(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			text, err := os.ReadFile(path)
			all[path] = string(text)
			return err
		}
		return err
	}))
	return all
}

// Bodies are capped before they are read, by what they say and by what comes; slow ones are let go.
func TestBodies(t *testing.T) {
	s := open(t, t.TempDir(), func(c *Config) { c.Engine = func() Engine { return echo{} } })
	b := enter(t, s)
	if code, text := b.post("api/spec", map[string]string{"name": "a.yaml", "text": strings.Repeat("x", mostJSON)}); code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d %s", code, text)
	}
	if code, text := b.post("api/spec", map[string]string{"name": "a.yaml", "text": strings.Repeat("x", mostSpec+1)}); code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d %s", code, text)
	}
	for _, text := range []string{"", "{", "[]", "null null", `{"name":1}`, `{"nome":"a.yaml"}`, `{"name":"a.yaml","text":"x"} {}`} {
		own := strings.TrimSuffix(s.Plain(false), "/")
		if r, answer := b.ask("POST", "api/spec", text, "Content-Type: application/json", "Origin: "+own); r.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %d %s", text, r.StatusCode, answer)
		}
	}
	// A body of which no more comes, and a header that never ends.
	cookie := ""
	u := *mustRequest(t, s).URL
	for _, c := range b.Jar.Cookies(&u) {
		cookie = c.Name + "=" + c.Value
	}
	head := fmt.Sprintf("POST /api/engine/echo HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%[1]d\r\nCookie: %s\r\nElastrain-Key: %s\r\nContent-Type: application/octet-stream\r\n", s.Port, cookie, b.key)
	for _, c := range []struct{ sent, want string }{
		{head + fmt.Sprintf("Content-Length: %d\r\n\r\n", mostQuestion+1), "413"},
		{head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "200"},
		{strings.Replace(head, "engine/echo", "spec", 1) + "Content-Length: 3\r\n\r\nabc", "415"},
		{"GET / HTTP/1.1\r\nHost: " + strings.Repeat("x", 40<<10) + "\r\n\r\n", "431"},
	} {
		if got := raw(t, s, c.sent); !strings.HasPrefix(got, "HTTP/1.1 "+c.want) {
			t.Errorf("%.40q: %q, want %s", c.sent, got, c.want)
		}
	}
}

func mustRequest(t testing.TB, s *Server) *http.Request {
	t.Helper()
	q, err := http.NewRequest("GET", s.Plain(false), nil)
	check(t, err)
	return q
}

// raw sends bytes and returns the first line of the answer.
func raw(t testing.TB, s *Server, text string) string {
	t.Helper()
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.Port))
	check(t, err)
	defer c.Close()
	_, err = io.WriteString(c, text)
	check(t, err)
	check(t, c.SetReadDeadline(time.Now().Add(longest)))
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		return err.Error()
	}
	return line
}

// A body that stops coming is let go after its time, and holds nobody up.
func TestSlowBody(t *testing.T) {
	s := open(t, t.TempDir())
	mux := http.NewServeMux()
	answered := make(chan error, 1)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		_, err := bodyIn(w, r, "application/json", 100, 50*time.Millisecond)
		answered <- err
		if err != nil {
			refuse(w, err)
		}
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	slow := &http.Server{Handler: mux, ReadHeaderTimeout: time.Second}
	go func() { _ = slow.Serve(l) }()
	defer slow.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	check(t, err)
	defer c.Close()
	_, err = io.WriteString(c, "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{")
	check(t, err)
	select {
	case err := <-answered:
		if err == nil || !strings.Contains(err.Error(), "did not come whole") {
			t.Error(err)
		}
	case <-time.After(longest):
		t.Error("it waits for a body that does not come")
	}
	if s.http.ReadHeaderTimeout <= 0 || s.http.IdleTimeout <= 0 || s.http.MaxHeaderBytes <= 0 {
		t.Error("headers have no limit")
	}
}
