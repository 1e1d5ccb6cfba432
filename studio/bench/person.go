package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"sync"

	"github.com/elastrain/elastrain/lab/driver"
)

// turn is one thing that a person is asked.
type turn struct {
	id       string
	wish     driver.Wish
	question string   // in words
	answers  []string // to choose from; none: in words of one's own
	got      chan string

	answered string // what counts; "" as long as it is open
	reason   string // said with it
	photo    upload // that was taken for it
}

// upload is a photograph that came for a turn.
type upload struct{ sum, name string }

// question is the kind of a turn of which nothing is known but its words.
const question = "question"

// page is the driver.Person who answers on pages.
type page struct {
	life    string                           // of this process and session; a part of the name of each turn
	changed func()                           // is told when there is another turn
	heard   func(w driver.Wish, said string) // is told of what was answered
	unused  func(name string)                // takes an upload out of the inbox that came beside another photograph

	mu     sync.Mutex
	count  int
	wish   *driver.Wish // that was told and is not asked yet
	now    *turn        // nil: nothing is asked
	past   []*turn      // the last ones, for answers that come again
	reason string       // why the last photograph was rejected, until that is asked
	gone   error        // why nobody can be asked any more
	told   string       // the last words that ask for nothing
}

// mostPast is how many turns are remembered.
const mostPast = 100

var _ driver.Attentive = (*page)(nil)

var errGone = errors.New("the studio is being closed, and nobody can be asked")

// next makes a turn the present one.
func (p *page) next(t *turn) {
	p.count++
	t.id = fmt.Sprintf("%s-%d", p.life, p.count)
	p.now = t
	if p.past = append(p.past, t); len(p.past) > mostPast {
		p.past = slices.Delete(p.past, 0, 1)
	}
}

// About implements driver.Attentive.
func (p *page) About(w driver.Wish) {
	p.mu.Lock()
	p.wish = &w
	switch w.Kind {
	case driver.ToPhotograph:
		p.next(&turn{wish: w})
		p.wish = nil
	case driver.Reading:
		if t := p.now; t != nil && t.wish.Kind == driver.ToPhotograph {
			t.answered = "photograph"
			if name := t.photo.name; name != "" && w.File != "" && filepath.Base(w.File) != name {
				p.unused(name) // one look is one photograph, whichever way it came first
			}
		}
		p.now = &turn{wish: w} // without a name: nothing can be answered
		if w.File == "" {
			p.now = nil
		}
		p.wish = nil
	}
	p.mu.Unlock()
	p.changed()
}

// Tell implements driver.Person.
func (p *page) Tell(_ context.Context, text string) error {
	p.mu.Lock()
	p.told = text
	p.mu.Unlock()
	p.changed()
	return nil
}

// Ask implements driver.Person: it waits until a page has answered.
func (p *page) Ask(ctx context.Context, words string, answers ...string) (string, error) {
	p.mu.Lock()
	t := &turn{wish: driver.Wish{Kind: question}, question: words, answers: answers, got: make(chan string, 1)}
	if p.wish != nil {
		t.wish, p.wish = *p.wish, nil
	}
	if err := p.gone; err != nil {
		p.mu.Unlock()
		return "", err
	}
	if t.wish.Kind == driver.ToExplain && p.reason != "" { // it was said with the rejection
		reason := p.reason
		p.reason = ""
		p.mu.Unlock()
		return reason, nil
	}
	p.next(t)
	p.mu.Unlock()
	p.changed()
	var said string
	var err error
	select {
	case said = <-t.got:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	p.mu.Lock()
	if p.now == t {
		p.now = nil
	}
	if t.answered == "" { // from now on it cannot be
		t.answered = "nothing"
	} else if err == nil && p.gone != nil && said == "" {
		err = p.gone
	}
	p.mu.Unlock()
	if err == nil {
		p.heard(t.wish, said)
	}
	p.changed()
	return said, err
}

// leave ends every wait: nobody is there any more.
func (p *page) leave(why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone != nil {
		return
	}
	p.gone = why
	if t := p.now; t != nil && t.got != nil && t.answered == "" {
		t.answered = "nothing"
		close(t.got)
	}
}

// find is a turn by its name; nil where it is not remembered.
func (p *page) find(id string) *turn {
	for _, t := range p.past {
		if t.id == id {
			return t
		}
	}
	return nil
}

// answer answers a turn. again says that it was answered so before, which changes nothing.
func (p *page) answer(id, said, reason string) (again bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.find(id)
	switch {
	case t == nil:
		return false, over("")
	case t.answered == said && said != "" && t.reason == reason:
		return true, nil
	case t != p.now || t.answered != "":
		return false, over(t.answered)
	case t.got == nil:
		return false, &refusal{http.StatusConflict, "a photograph is due here, and no answer", "take one, or press pause"}
	case len(t.answers) > 0 && !slices.Contains(t.answers, said):
		return false, &refusal{http.StatusBadRequest, fmt.Sprintf("%.40q is no answer here", said), "the answers are " + fmt.Sprint(t.answers)}
	case len(t.answers) == 0 && said == "":
		said = "no reason was given"
	}
	t.answered, t.reason = said, reason
	p.reason = ""
	if said == "reject" {
		if p.reason = reason; reason == "" {
			p.reason = "no reason was given"
		}
	}
	t.got <- said
	return false, nil
}

// take hands a photograph over: keep puts it where the bench looks. The same photograph for the same turn
// counts once.
func (p *page) take(id string, sum string, keep func() (name string, err error)) (again bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.find(id)
	switch {
	case t == nil:
		return false, over("")
	case t.photo.sum == sum:
		return true, nil
	case t.photo.sum != "":
		return false, &refusal{http.StatusConflict, "another photograph has come for this card already", "wait until it is read; it can be rejected then"}
	case t.wish.Kind != driver.ToPhotograph:
		return false, &refusal{http.StatusConflict, "no photograph is due here", "do what the card says first"}
	case t != p.now || t.answered != "":
		return false, over(t.answered)
	}
	for _, other := range p.past {
		if other.photo.sum == sum && other.wish.Card == t.wish.Card {
			return false, &refusal{http.StatusConflict, "this is the photograph that was sent before", "take another one"}
		}
	}
	name, err := keep()
	if err == nil {
		t.photo = upload{sum, name}
	}
	return false, err
}

// over says that a turn is not the present one any more.
func over(answered string) error {
	what := "this card is over"
	if answered != "" && answered != "nothing" {
		what += fmt.Sprintf(": it was answered with %q", answered)
	}
	return &refusal{http.StatusConflict, what, "the page shows what is due now"}
}
