package studio

import (
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// policy is what a page of ours may do: run scripts of ours and our engine, and talk to nobody else.
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; " +
	"connect-src 'self'; worker-src 'self' blob:; media-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// answerWithin is the longest that an answer may take to be written; streams have their own time.
const answerWithin = time.Minute

// hosts are the names under which a server at these addresses is asked for. A name that an attacker points at this
// machine (DNS rebinding) is none of them.
func hosts(addresses []string, port int) map[string]bool {
	all := map[string]bool{}
	for _, name := range append([]string{"localhost"}, addresses...) {
		all[strings.ToLower(net.JoinHostPort(name, strconv.Itoa(port)))] = true
		if port == 80 {
			all[strings.ToLower(name)] = true
		}
	}
	return all
}

// guarded is a handler behind everything that holds for every route: headers, the name of the host, and where the
// request comes from.
func (s *Server) guarded(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { refuse(w, errCross) }))
	next = cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerWithin)); err != nil {
			refuse(w, err)
			return
		}
		if !s.hosts[strings.ToLower(r.Host)] {
			refuse(w, &refusal{http.StatusForbidden, "the address names another host", "open the address that the terminal has printed"})
			return
		}
		if !ours(r) {
			refuse(w, errCross)
			return
		}
		next.ServeHTTP(w, r)
	})
}

var errCross = &refusal{http.StatusForbidden, "another page has asked for this", "use the page of the studio itself"}

// ours reports whether a request comes from our own page, from the address bar, or from no browser. Another page may
// lead a person here, and no more. What changes something must say where it comes from.
func ours(r *http.Request) bool {
	api := strings.HasPrefix(r.URL.Path, "/api/")
	origin, site := r.Header.Values("Origin"), r.Header.Get("Sec-Fetch-Site")
	if len(origin) > 1 || len(origin) == 1 && origin[0] != "http://"+r.Host {
		return false
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead && len(origin) == 0 && site != "same-origin" {
		return false
	}
	switch site {
	case "", "none", "same-origin":
		return true
	}
	return !api && (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// known lets only browsers in that have a session, with its key.
func (s *Server) known(next handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, in := s.session(r); !in {
			refuse(w, &refusal{http.StatusUnauthorized, "this browser is not let in", "press Enter in the terminal of `elastrain studio`, or give that command again, and open the address it prints"})
			return
		}
		if err := next(w, r); err != nil {
			s.fail(w, err)
		}
	})
}
