package sequence

import (
	"slices"

	"github.com/elastrain/elastrain/rules"
)

// Report is what a study found.
type Report struct {
	Tasks  []string `json:"tasks"`
	Judged []string `json:"judged_on"` // the part of the data that scores are of, for each task
	Turns  int      `json:"turns"`     // epochs of each task in turns; 0: whole trainings in a row
	Hold   float64  `json:"hold"`
	Seeds  int      `json:"seeds"`
	First  uint64   `json:"first_seed"`
	Rows   []Row    `json:"stages"` // the first is before any learning
}

// Row is a stage over all seeds.
type Row struct {
	Learned  string       `json:"learned"` // the task of the stage; empty before any learning, and in turns
	Scores   []Mean       `json:"scores"`  // of every task
	Epochs   *rules.Mean  `json:"epochs"`  // until 99 % of the way from the first to the least loss was gone; null where nothing was trained by itself
	Again    bool         `json:"again"`   // the task had been learned before
	Regained int          `json:"regained"`
	Median   *int         `json:"epochs_to_regain"` // median, until the training part was done as well as when it was learned last: an accuracy within 1 %, else a loss within 1 % of the way from its first; null where fewer than half got there
	Trials   []TrialScore `json:"trials"`
}

// Mean is the score of a task over seeds.
type Mean struct {
	Loss     *rules.Mean `json:"loss"`
	Accuracy *rules.Mean `json:"accuracy,omitempty"`
	Error    *rules.Mean `json:"error,omitempty"`
	Kept     *float64    `json:"kept"` // share of what it had gained when it was learned last; null before it was learned
}

// TrialScore is a stage of one seed.
type TrialScore struct {
	Seed   uint64  `json:"seed"`
	Scores []Score `json:"scores"`
	Epochs *int    `json:"epochs"`
	Regain *int    `json:"regained_after"`
}

func (s *Study) report(all [][]*Stage, judged []string) *Report {
	r := &Report{Judged: judged, Turns: s.Turns, Hold: s.Hold, Seeds: s.Seeds, First: s.First}
	for _, t := range s.Tasks {
		r.Tasks = append(r.Tasks, t.Name)
	}
	for stage := range s.Stages() + 1 {
		row := Row{}
		before := 0 // the stage in which its task was learned before
		if stage > 0 && s.Turns == 0 {
			row.Learned = r.Tasks[s.Order[stage-1]]
			before = 1 + lastIndex(s.Order[:stage-1], s.Order[stage-1])
			row.Again = before > 0
		}
		var took []float64
		var again []int
		for _, one := range all {
			t := TrialScore{Seed: one[stage].Seed, Scores: one[stage].Scores}
			if losses := one[stage].Losses; len(losses) > 0 {
				n := until(losses, losses[0], slices.Min(losses))
				t.Epochs = &n
				took = append(took, float64(n))
				if row.Again {
					if n := regained(one[1+slices.Index(s.Order, s.Order[stage-1])], one[before], one[stage]); n < len(losses) {
						t.Regain = &n
						again = append(again, n)
					}
				}
			}
			row.Trials = append(row.Trials, t)
		}
		row.Epochs, row.Regained = rules.MeanOf(took), len(again)
		if 2*len(again) > len(all) {
			slices.Sort(again)
			row.Median = &again[len(again)/2]
		}
		for i := range s.Tasks {
			row.Scores = append(row.Scores, s.mean(all, stage, i))
		}
		r.Rows = append(r.Rows, row)
	}
	return r
}

// mean is the score of a task after a stage.
func (s *Study) mean(all [][]*Stage, stage, i int) (m Mean) {
	var loss, right, wrong []float64
	for _, one := range all {
		score := &one[stage].Scores[i]
		loss = append(loss, score.Loss)
		if score.Accuracy != nil {
			right = append(right, *score.Accuracy)
		}
		if score.Error != nil {
			wrong = append(wrong, *score.Error)
		}
	}
	m = Mean{Loss: rules.MeanOf(loss), Accuracy: rules.MeanOf(right), Error: rules.MeanOf(wrong)}
	if s.Turns > 0 || stage == 0 {
		return m
	}
	learned := 1 + lastIndex(s.Order[:stage], i)
	if learned == 0 {
		return m
	}
	gained, left := 0.0, 0.0
	for _, one := range all {
		at := one[0].Scores[i].worth()
		gained += one[learned].Scores[i].worth() - at
		left += one[stage].Scores[i].worth() - at
	}
	if gained > 0 {
		kept := left / gained
		m.Kept = &kept
	}
	return m
}

// until is the epoch after which a loss was within 1 % of the way from one to another; len(losses) where it never was.
func until(losses []float64, from, to float64) int {
	for i, v := range losses {
		if v-to <= 0.01*(from-to) {
			return i
		}
	}
	return len(losses)
}

// regained is the epoch of a stage after which its task was done as well as it was last, on the training part.
func regained(first, last, now *Stage) int {
	if n := len(last.Right); n > 0 {
		least := last.Right[n-1] - 0.01
		if i := slices.IndexFunc(now.Right, func(v float64) bool { return v >= least }); i >= 0 {
			return i
		}
		return len(now.Losses)
	}
	return until(now.Losses, first.Losses[0], last.Losses[len(last.Losses)-1])
}

func lastIndex(list []int, v int) int {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i] == v {
			return i
		}
	}
	return -1
}
