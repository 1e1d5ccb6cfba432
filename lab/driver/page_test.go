package driver

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The session of docs/driver-protocol.md is one that both sides would take.
func TestTheDocumentedSession(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "driver-protocol.md"))
	if err != nil {
		t.Fatal(err)
	}
	b := newTwoBars()
	d := session{bench: b, card: barCard, bounds: Bounds{Card: barCard}, now: time.Now}
	var asked Request
	var applied time.Duration
	answers := 0
	for line := range strings.Lines(string(page)) {
		text := []byte(strings.TrimSpace(strings.TrimLeft(line, "<>")))
		switch {
		case strings.HasPrefix(line, "> "):
			got := received{ctx: t.Context()}
			got.request, got.unread = readRequest(text)
			asked = got.request
			if h, ok := d.answer(&got).(head); ok && h.Error != nil {
				t.Errorf("%s is answered with %v", text, h.Error)
			}
		case strings.HasPrefix(line, "< "):
			answers++
			var h head
			if err := unmarshal(text, &h); err != nil || h.ID == nil || *h.ID != asked.ID {
				t.Errorf("%s does not answer request %d: %v", text, asked.ID, err)
			}
			switch asked.Verb {
			case Hello:
				_, _, err = readHello(text)
			case Load:
				applied, err = readLoad(text, applied)
			case Measure:
				_, err = readFrames(text, want{card: barCard, repeats: asked.Repeats, after: applied, reach: 10})
			}
			if err != nil {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
	if answers != 8 {
		t.Errorf("%d answers were found", answers)
	}
	for _, code := range []string{Refused, NotArmed, BadRequest, Failed, Interrupted, Stopped} {
		if !strings.Contains(string(page), "| `"+code+"` |") {
			t.Errorf("the code %s is not explained", code)
		}
	}
	for _, kind := range []Kind{Silent, Gone, Garbled, OutOfTurn, Units, Incomplete, Implausible, Stale} {
		if !strings.Contains(string(page), "| "+string(kind)+" |") {
			t.Errorf("the fault %s is not explained", kind)
		}
	}
}
