package studio

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Whoever opens the page shows a token that only the terminal has printed, once, and gets a cookie and a key for it. A
// browser sends the cookie to every port of this machine, so whoever listens on another one has it too; the key stays in
// what the browser keeps for the page of this port alone. Only both together count. All are kept as their SHA-256, so
// none can be read from memory or a file.

const (
	tokenBytes   = 24
	mostTokens   = 8  // that were printed and not yet used
	mostSessions = 32 // browsers that are let in; the oldest is forgotten
	sessionLasts = 7 * 24 * time.Hour
	tokenLasts   = 12 * time.Hour
)

// Session is a browser that is let in, as it is remembered.
type Session struct {
	Sum  string    `json:"sum"` // SHA-256 of its cookie, in hex
	Key  string    `json:"key"` // and of its key
	Made time.Time `json:"made"`
}

// secret is the SHA-256 of a token, or of a cookie and its key, and when it was made.
type secret struct {
	sum, key [sha256.Size]byte
	made     time.Time
}

// keys are the tokens and sessions of a server.
type keys struct {
	now      func() time.Time
	changed  func([]Session) // is told of the sessions when there is another
	mu       sync.Mutex
	tokens   []secret
	sessions []secret
}

// token makes a token.
func (k *keys) token() string {
	text := random(tokenBytes)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tokens = add(k.tokens, secret{sum: sha256.Sum256([]byte(text)), made: k.now()}, mostTokens)
	return text
}

// exchange takes a token for a cookie and a key. A token counts once.
func (k *keys) exchange(token string) (cookie, key string, ok bool) {
	k.mu.Lock()
	at := find(k.tokens, token)
	if at < 0 || k.now().Sub(k.tokens[at].made) > tokenLasts {
		k.mu.Unlock()
		return "", "", false
	}
	k.tokens = append(k.tokens[:at:at], k.tokens[at+1:]...)
	cookie, key = random(32), random(32)
	k.sessions = add(k.sessions, secret{sha256.Sum256([]byte(cookie)), sha256.Sum256([]byte(key)), k.now()}, mostSessions)
	list := k.list()
	k.mu.Unlock()
	if k.changed != nil {
		k.changed(list)
	}
	return cookie, key, true
}

// knows reports whether a cookie is that of a session, and whether a key is the one that belongs to it.
func (k *keys) knows(cookie, key string) (session, both bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := find(k.sessions, cookie)
	if at < 0 || k.now().Sub(k.sessions[at].made) >= sessionLasts {
		return false, false
	}
	sum := sha256.Sum256([]byte(key))
	return true, subtle.ConstantTimeCompare(k.sessions[at].key[:], sum[:]) == 1
}

// list is the sessions as they are remembered.
func (k *keys) list() []Session {
	var list []Session
	for _, s := range k.sessions {
		list = append(list, Session{hex.EncodeToString(s.sum[:]), hex.EncodeToString(s.key[:]), s.made})
	}
	return list
}

// remember lets in the browsers of an earlier server.
func (k *keys) remember(list []Session) {
	for _, s := range list {
		sum, err := hex.DecodeString(s.Sum)
		key, wrong := hex.DecodeString(s.Key) // those of before had none: they are asked for a token again
		if err == nil && wrong == nil && len(sum) == sha256.Size && len(key) == sha256.Size && !s.Made.After(k.now()) {
			k.sessions = add(k.sessions, secret{[sha256.Size]byte(sum), [sha256.Size]byte(key), s.Made}, mostSessions)
		}
	}
}

// find is the place of a text in a list, -1 where it is not there. It takes as long for every text.
func find(list []secret, text string) int {
	sum, at := sha256.Sum256([]byte(text)), -1
	for i := range list {
		at = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(list[i].sum[:], sum[:]), i, at)
	}
	return at
}

// add adds a secret and forgets the oldest beyond so many.
func add(list []secret, s secret, most int) []secret {
	list = append(list, s)
	return list[max(0, len(list)-most):]
}

// random is so many random bytes as text.
func random(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // crypto/rand does not fail
	return base64.RawURLEncoding.EncodeToString(b)
}

// keyHeader has the key of a session: in the answer to a token, and in everything that is asked with it. What a browser
// asks for by itself, a stream or a picture, has it as keyQuery of the address.
const (
	keyHeader = "Elastrain-Key"
	keyQuery  = "key"
)

// cookieName differs by port, so that studios of several ports do not overwrite each other's: browsers share cookies
// between the ports of a machine.
func cookieName(port int) string { return "elastrain-studio-" + strconv.Itoa(port) }

// let sets the cookie of a session.
func (s *Server) let(w http.ResponseWriter, cookie string) {
	http.SetCookie(w, &http.Cookie{Name: cookieName(s.port), Value: cookie, Path: "/", HttpOnly: true,
		SameSite: http.SameSiteStrictMode, MaxAge: int(sessionLasts / time.Second)})
}

// session is the cookie of a request that has one of a session, "" for others, and whether it is let in: whether it has
// the key as well.
func (s *Server) session(r *http.Request) (cookie string, in bool) {
	key := r.Header.Get(keyHeader)
	if key == "" && r.Method == http.MethodGet {
		key = r.URL.Query().Get(keyQuery)
	}
	for _, c := range r.CookiesNamed(cookieName(s.port)) {
		if known, both := s.keys.knows(c.Value, key); both {
			return c.Value, true
		} else if known {
			cookie = c.Value
		}
	}
	return cookie, false
}
