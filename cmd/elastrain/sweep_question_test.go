package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/sweep"
)

// A key that stands twice in a question, at any depth, is refused: JSON would keep one of its values and say nothing.
func TestQuestionsWithAKeyTwice(t *testing.T) {
	for line, key := range map[string]string{
		`{"id": 1, "set": {"learn.rate": 0.1, "learn.rate": 0.2}}`: "learn.rate",
		`{"id": 1, "id": 2}`:                                                               "id",
		`{"id": 1, "set": {"a": 1}, "set": {"b": 1}}`:                                      "set",
		`{"id": 1, "set": {"learn": {"rate": 1, "batch": 2, "rate": 3}}}`:                  "rate",
		`{"id": 1, "set": {"task.cases": [{"push": 1}, {"push": 1, "push": 2}]}}`:          "push",
		`{"id": 1, "set": {"learn.rate": 0.1, "learn.batch": 4}, "epochs": 3}`:             "",
		`{"id": 1, "set": {"a": {"x": 1}, "b": {"x": [1, 1, "x", "x"]}, "c": [{"x": 1}]}}`: "",
	} {
		_, err := new(sweepQuestion).question([]byte(line))
		var bad *sweep.QuestionError
		if key == "" && err != nil || key != "" && (!errors.As(err, &bad) || !strings.Contains(bad.Text, `"`+key+`" stands twice`)) {
			t.Errorf("%s: %v", line, err)
		}
	}
}
