package studio

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// Engine computes for a page: verbs on experiments, messages in and messages out. It is asked by one at a time.
type Engine interface {
	Call(verb string, message []byte) []byte
}

const (
	mostEngines  = 4 // browsers that compute here; the one that has asked for the longest time begins anew
	mostQuestion = 256 << 20
	mostHeld     = 8 // questions that are held at once; further ones wait to be read
	questionTime = 2 * time.Minute
)

// engines are those of all sessions.
type engines struct {
	create func() Engine

	held chan struct{} // questions that are read or answered
	at   chan struct{} // those that are computed

	mu  sync.Mutex
	all []*engineOf // the last asked last
}

func newEngines(create func() Engine) *engines {
	return &engines{create: create, held: make(chan struct{}, mostHeld), at: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1))}
}

// engineOf is the engine of one session.
type engineOf struct {
	session string
	asking  chan struct{} // holds one while it computes
	engine  Engine
}

// of is the engine of a session.
func (e *engines) of(session string) *engineOf {
	e.mu.Lock()
	defer e.mu.Unlock()
	at := slices.IndexFunc(e.all, func(o *engineOf) bool { return o.session == session })
	var o *engineOf
	if at >= 0 {
		o = e.all[at]
		e.all = slices.Delete(e.all, at, at+1)
	} else {
		o = &engineOf{session: session, asking: make(chan struct{}, 1), engine: e.create()}
	}
	e.all = append(e.all, o)
	if len(e.all) > mostEngines {
		e.all = slices.Delete(e.all, 0, 1)
	}
	return o
}

// engine answers a message of a page.
func (s *Server) engine(w http.ResponseWriter, r *http.Request) error {
	if s.engines.create == nil {
		return refused(http.StatusNotImplemented, "take a smaller lattice", "this studio computes nothing for pages")
	}
	verb := r.PathValue("verb")
	if verb == "" || strings.Trim(verb, "abcdefghijklmnopqrstuvwxyz") != "" {
		return refused(http.StatusNotFound, "docs/studio-api.md lists the verbs", "there is no verb `%.40s`", verb)
	}
	ctx := r.Context()
	if !place(ctx, s.engines.held) {
		return nil
	}
	defer leave(s.engines.held)
	message, err := bodyIn(w, r, "application/octet-stream", mostQuestion, questionTime)
	if err != nil {
		return err
	}
	cookie, _ := s.session(r)
	o := s.engines.of(cookie)
	if !place(ctx, o.asking) {
		return nil
	}
	defer leave(o.asking)
	if !place(ctx, s.engines.at) { // one processor stays free for the list and the logs
		return nil
	}
	defer leave(s.engines.at)
	reply := o.engine.Call(verb, message)
	sendText(w, http.StatusOK, "application/octet-stream", reply)
	return nil
}

// place waits for a place; false where who asked has gone meanwhile: nothing is computed for nobody.
func place(ctx context.Context, places chan struct{}) bool {
	select {
	case places <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	if ctx.Err() != nil {
		leave(places)
		return false
	}
	return true
}

func leave(places chan struct{}) { <-places }
