package studio

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/elastrain/elastrain/atomicfile"
)

// Presence is what is remembered of the studio of a folder between its processes, where only its owner can read: how to
// ask the one that runs for a token, and which browsers were let in.
type Presence struct {
	Dir      string    `json:"dir"`
	PID      int       `json:"pid,omitempty"` // of the server; 0 where none runs
	Port     int       `json:"port"`
	Host     string    `json:"host,omitempty"`
	Secret   string    `json:"secret,omitempty"` // that the server answers with a token
	Sessions []Session `json:"sessions,omitempty"`

	path string
	mu   sync.Mutex
}

// Let remembers which browsers are let in.
func (p *Presence) Let(list []Session) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Sessions = list
	return p.keep()
}

// Recall reads what is remembered of a folder below a directory of the user's; nothing where that is "" or cannot be
// read.
func Recall(dir, folder string) *Presence {
	p := &Presence{}
	if dir == "" {
		return &Presence{Dir: folder}
	}
	path := filepath.Join(dir, "studio", sum([]byte(folder))[:16]+".json")
	if text, err := os.ReadFile(path); err != nil || json.Unmarshal(text, p) != nil || p.Dir != folder {
		p = &Presence{Dir: folder}
	}
	p.path = path
	return p
}

// Keep remembers. Where that cannot be written, a browser is asked for a token again.
func (p *Presence) Keep() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keep()
}

func (p *Presence) keep() error {
	if p.path == "" {
		return nil
	}
	text, err := json.Marshal(p)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(p.path), 0o700)
	}
	if err == nil {
		err = os.Chmod(filepath.Dir(p.path), 0o700)
	}
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(atomicfile.OS{}, p.path, text)
}

// Ask asks the studio that runs for an address with a new token, for this machine or for others; ok is false where none
// answers.
func (p *Presence) Ask(ctx context.Context, outer bool) (address string, ok bool) {
	if p.PID == 0 || p.Secret == "" {
		return "", false
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	base := "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(p.Port))
	body, err := json.Marshal(map[string]any{"secret": p.Secret, "outer": outer})
	if err != nil {
		return "", false
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/token", bytes.NewReader(body))
	if err != nil {
		return "", false
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Origin", base)
	client := &http.Client{Transport: &http.Transport{Proxy: nil}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	r, err := client.Do(q)
	if err != nil {
		return "", false
	}
	text, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	var said struct{ Address string }
	if err = errors.Join(err, r.Body.Close()); err != nil || r.StatusCode != http.StatusOK || json.Unmarshal(text, &said) != nil {
		return "", false
	}
	at, err := url.Parse(said.Address) // another program may have the port by now
	name := "127.0.0.1"
	if outer && p.Host != "" {
		name = p.Host
	}
	if err != nil || at.Scheme != "http" || at.Host != net.JoinHostPort(name, strconv.Itoa(p.Port)) || at.User != nil || at.Path != "/" || at.Fragment != "" {
		return "", false
	}
	return said.Address, true
}

// Present begins to remember a server that was made, and that it goes on under the same secret.
func (p *Presence) Present(s *Server) error {
	p.PID, p.Port, p.Host, p.Secret = os.Getpid(), s.Port, s.host, random(tokenBytes)
	s.secret = sha256.Sum256([]byte(p.Secret))
	return p.Keep()
}

// Absent remembers that no server runs.
func (p *Presence) Absent() error {
	p.PID, p.Secret = 0, ""
	err := p.Keep()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// newToken answers another process of the same user with an address.
func (s *Server) newToken(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Secret string `json:"secret"`
		Outer  bool   `json:"outer"`
	}
	const most = 1 << 10
	text, err := body(w, r, "application/json", most)
	if err == nil {
		if err = decode(text, &q); err != nil {
			err = refused(http.StatusBadRequest, "", "the request cannot be read")
		}
	}
	if err != nil {
		refuse(w, err)
		return
	}
	given := sha256.Sum256([]byte(q.Secret))
	if s.secret == [sha256.Size]byte{} || subtle.ConstantTimeCompare(given[:], s.secret[:]) != 1 {
		refuse(w, &refusal{http.StatusForbidden, "the secret is another", fmt.Sprintf("press Enter in the terminal of process %d", os.Getpid())})
		return
	}
	send(w, http.StatusOK, map[string]string{"address": s.Address(q.Outer)})
}
