package sweep

import (
	"slices"
	"strings"
)

// Ties are the settings that are as good as the best by the score that chooses: the best alone, or more. No order says which of them to take.
func (t *Settings) Ties() (list []*Summary) {
	score, loss, best := t.choose()
	if best == nil {
		return nil
	}
	for _, s := range t.List {
		if s.Failed == 0 && s.Scores[score] != nil && !better(best, s, score) && (loss < 0 || !better(best, s, loss)) {
			list = append(list, s)
		}
	}
	return list
}

// Idle are the keys that vary and change nothing: whatever they are, what comes out has the same bits. Where settings were drawn no two differ in
// one key alone, and nothing is said.
func (t *Settings) Idle() (keys []string) {
	for i, a := range t.Axes {
		if t.idle(i) {
			keys = append(keys, a.Key)
		}
	}
	if t.without >= 0 && t.alike() {
		keys = append(keys, t.Over)
	}
	return keys
}

// idle reports whether settings that differ in the i-th key alone came to the same.
func (t *Settings) idle(i int) bool {
	first, pairs := map[string]*Summary{}, 0
	for _, s := range t.List {
		others := strings.Join(slices.Delete(slices.Clone(s.Values), i, i+1), "\x00")
		like := first[others]
		if like == nil {
			first[others] = s
			continue
		}
		if s.Finished != like.Finished || s.Failed != like.Failed {
			return false
		}
		for j := range Scores {
			if !s.Scores[j].equal(like.Scores[j]) {
				return false
			}
		}
		if s.Finished > 0 {
			pairs++
		}
	}
	return pairs > 0
}

// alike reports whether the trainings of each setting, which differ in the key that is summed over, came to the same.
func (t *Settings) alike() bool {
	several := false
	for _, s := range t.List {
		for _, v := range s.Scores {
			if v != nil && v.N > 1 {
				if several = true; v.Sd != 0 {
					return false
				}
			}
		}
	}
	return several
}

func (s *Spread) equal(o *Spread) bool {
	if s == nil || o == nil {
		return s == o
	}
	return *s == *o
}
