package studio

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/elastrain/elastrain/run/listing"
	"github.com/elastrain/elastrain/studio/bench"
)

// Config is what a studio is made of.
type Config struct {
	Dir      string          // the folder that it shows
	Page     fs.FS           // index.html and what belongs to it
	Version  string          // of the program
	Program  []string        // the command line that trainings are started by, such as the path of elastrain
	Bench    *bench.Host     // has the sessions of benches; nil: pages only look at them
	Engine   func() Engine   // makes an engine for a browser; nil: pages compute alone
	Sessions []Session       // browsers that an earlier server let in
	Changed  func([]Session) // is told of them when there is another; nil: nobody
}

// Server is a studio.
type Server struct {
	Config
	Port int // at which it listens; known when New returns

	port      int
	host      string // address for other machines; "" for this one only
	listeners []net.Listener
	hosts     map[string]bool
	keys      *keys
	files     folder
	list      *catalogue
	followers *followers
	launcher  *launcher
	trash     *trash
	sweeps    *sweeps
	engines   *engines
	assets    map[string]*asset
	writable  bool
	self      asset             // the answer to who it is
	birth     string            // of this server, for tags
	secret    [sha256.Size]byte // of what another process of the user shows for a token
	saving    sync.Mutex
	streams   atomic.Int64
	life_     context.Context // ends with the server
	end       context.CancelFunc
	http      *http.Server
}

// New listens on a port of this machine (0: a free one), and on host too where that is not empty, and makes a studio
// that Serve begins.
func New(c Config, host string, port int) (*Server, error) {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, err
	}
	c.Dir = dir
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	s := &Server{Config: c, host: host, files: folder{listing.Folder{Root: root}}, birth: random(6)}
	if err := s.listen(host, port); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	if s.assets, err = assets(c.Page); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.keys = &keys{now: time.Now, changed: c.Changed}
	s.keys.remember(c.Sessions)
	s.list = newCatalogue(s.files, s.birth)
	s.followers = &followers{files: s.files, list: s.list, most: mostText, all: map[string]*follower{}}
	s.launcher = newLauncher(c.Program, dir, s.files, s.list)
	s.trash = &trash{files: s.files, list: s.list}
	s.sweeps = &sweeps{files: s.files}
	s.engines = newEngines(c.Engine)
	s.writable = writable(s.files)
	if s.self, err = s.describe(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.life_, s.end = context.WithCancel(context.Background())
	s.http = &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog: log.New(quiet{}, "", 0)}
	return s, nil
}

// quiet drops what net/http says of connections that break off.
type quiet struct{}

func (quiet) Write(b []byte) (int, error) { return len(b), nil }

// listen opens the port on every address.
func (s *Server) listen(host string, port int) error {
	const tries = 20
	for try := 1; ; try++ {
		err := s.listenOnce(host, port)
		if err == nil || port != 0 || try == tries {
			return err
		}
	}
}

func (s *Server) listenOnce(host string, port int) error {
	first, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return err
	}
	s.port = first.Addr().(*net.TCPAddr).Port
	s.Port = s.port
	s.listeners = []net.Listener{first}
	addresses := []string{"127.0.0.1"}
	if six, err := net.Listen("tcp", net.JoinHostPort("::1", strconv.Itoa(s.port))); err == nil { // a machine may have none
		s.listeners = append(s.listeners, six)
		addresses = append(addresses, "::1")
	}
	if host != "" {
		outer, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(s.port)))
		if err != nil {
			return errors.Join(err, s.closeListeners())
		}
		s.listeners = append(s.listeners, outer)
		addresses = append(addresses, host)
	}
	s.hosts = hosts(addresses, s.port)
	return nil
}

func (s *Server) closeListeners() (err error) {
	for _, l := range s.listeners {
		err = errors.Join(err, l.Close())
	}
	return err
}

// Serve answers until the context ends; trainings go on.
func (s *Server) Serve(ctx context.Context) error {
	failed := make(chan error, len(s.listeners))
	for _, l := range s.listeners {
		go func() { failed <- s.http.Serve(l) }()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	if closing := s.Close(); !errors.Is(err, http.ErrServerClosed) {
		err = errors.Join(err, closing)
	}
	return err
}

// Close ends the server: streams at once, other answers within a second.
func (s *Server) Close() error {
	if s.http == nil {
		return errors.Join(s.closeListeners(), s.files.Root.Close())
	}
	s.end()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	return errors.Join(err, s.files.Root.Close())
}

// life is the context of a stream: it ends with the request and with the server.
func (s *Server) life(r *http.Request) (context.Context, func()) {
	ctx, cancel := context.WithCancel(r.Context())
	stop := context.AfterFunc(s.life_, cancel)
	return ctx, func() { stop(); cancel() }
}

// Address is where a browser finds the studio, with a new token, for this machine or for others.
func (s *Server) Address(outer bool) string { return s.Plain(outer) + "?token=" + s.keys.token() }

// Plain is the address without a token.
func (s *Server) Plain(outer bool) string {
	name := "127.0.0.1"
	if outer && s.host != "" {
		name = s.host
	}
	return fmt.Sprintf("http://%s/", net.JoinHostPort(name, strconv.Itoa(s.port)))
}

// Handler answers every request.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", s.page)
	mux.HandleFunc("GET /{$}", s.enter)
	mux.HandleFunc("POST /token", s.newToken)
	for route, h := range s.routes() {
		mux.Handle(route, s.known(h))
	}
	if s.Bench != nil {
		benches := s.known(s.bench())
		mux.Handle("/api/bench", benches)
		mux.Handle("/api/bench/", benches)
	}
	mux.Handle("/api/", s.known(func(http.ResponseWriter, *http.Request) error {
		return refused(http.StatusNotFound, "docs/studio-api.md lists the routes", "there is no such route")
	}))
	return s.guarded(mux)
}

// routes are those that need a session.
func (s *Server) routes() map[string]handler {
	return map[string]handler{
		"GET /api/about":          s.about,
		"GET /api/runs":           s.runs,
		"GET /api/runs/events":    s.runsEvents,
		"GET /api/run":            s.run,
		"GET /api/sweeps":         s.sweepsList,
		"GET /api/sweep":          s.sweep,
		"GET /api/run/files":      s.runFiles,
		"GET /api/run/log":        s.log,
		"GET /api/run/frames":     s.framesOf,
		"POST /api/run/do":        s.do,
		"POST /api/train":         s.train,
		"GET /api/specs":          s.specs,
		"GET /api/spec":           s.spec,
		"GET /api/spec/files":     s.specFiles,
		"POST /api/spec":          s.saveSpec,
		"POST /api/engine/{verb}": s.engine,
		"POST /api/phone":         s.phone,
	}
}

// bench answers for the sessions of benches; its streams end with the server.
func (s *Server) bench() handler {
	next := s.Bench.Handler()
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, done := s.life(r)
		defer done()
		next.ServeHTTP(w, r.WithContext(ctx))
		return nil
	}
}

// enter is the page itself, or with a token the way to it.
func (s *Server) enter(w http.ResponseWriter, r *http.Request) {
	token := r.URL.Query().Get("token")
	if token == "" {
		s.page(w, r)
		return
	}
	if cookie, key, ok := s.keys.exchange(token); ok {
		s.let(w, cookie)
		w.Header().Set(keyHeader, key)
		sendText(w, http.StatusOK, "text/html; charset=utf-8", s.withKey(key))
	} else if cookie, _ := s.session(r); cookie == "" {
		sendText(w, http.StatusForbidden, "text/html; charset=utf-8", []byte(usedUp))
	} else { // the same address again in its own browser
		http.Redirect(w, r, "/", http.StatusSeeOther)
	}
}

// withKey is the page with a key in it, which its script keeps and takes out of the address what stands there. A way by
// another address would lose what stands behind #.
func (s *Server) withKey(key string) []byte {
	a := s.assets["/"]
	if a == nil {
		return nil
	}
	return bytes.Replace(a.text, []byte("</title>"), []byte(`</title><meta name="elastrain-key" content="`+key+`">`), 1)
}

// usedUp is what a person sees whose token does not count.
const usedUp = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Elastrain studio</title>
<h1>This address has been used</h1>
<p>An address with a token opens the studio once, in one browser. For another one press Enter in the terminal in which the studio runs,
or start the studio again in the same folder.</p></html>
`

// about says what this studio is, which is the same as long as it lives.
func (s *Server) about(w http.ResponseWriter, r *http.Request) error {
	tagged(w, r, s.self.tag, s.self.text)
	return nil
}

// describe makes the answer of about.
func (s *Server) describe() (a asset, err error) {
	bytes := 0
	if e := s.assets["/engine.wasm"]; e != nil {
		bytes = len(e.text)
	}
	a.text, err = json.Marshal(map[string]any{"version": s.Version, "dir": s.Dir, "host": s.host, "writable": s.writable, "engine": map[string]any{"bytes": bytes, "remote": s.Engine != nil}})
	a.tag = `"` + sum(a.text)[:32] + `"`
	return a, err
}

// writable reports whether files can be made in the folder.
func writable(files folder) bool {
	f, err := files.CreateTemp(".", ".studio.")
	if err != nil {
		return false
	}
	return errors.Join(f.Close(), files.Remove(f.Name())) == nil
}
