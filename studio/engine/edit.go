package engine

import (
	"github.com/elastrain/elastrain/serve/message"
	"github.com/elastrain/elastrain/spec"
)

// edit changes keys of an experiment file; what it does not change stays as it is written.
func (e *Engine) edit(q *request) (*answer, error) {
	changes := make([]spec.Change, len(q.Set))
	for i, c := range q.Set {
		changes[i] = spec.Change{Path: c[0], Value: c[1]}
	}
	text, err := spec.Edit([]byte(q.Text), changes, q.Remove)
	if err != nil {
		return nil, err
	}
	return &answer{head: map[string]string{"text": string(text)}}, nil
}

// complete says what may stand at a place of an experiment file that is being written.
func (e *Engine) complete(q *request) (*answer, error) {
	if q.Line < 1 || q.Column < 1 {
		return nil, message.Refuse("", "lines and columns count from 1")
	}
	from, list := spec.Complete([]byte(q.Text), q.Line, q.Column)
	return &answer{head: map[string]any{"from": from, "options": append([]spec.Completion{}, list...)}}, nil
}
