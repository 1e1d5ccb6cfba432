package train

import (
	"cmp"
	"fmt"
	"math"

	"github.com/elastrain/elastrain/learn/optim"
)

// Levels is what a search of levels found out (optim.LevelSearch).
type Levels struct {
	Starts   int      `json:"starts"`
	Fallen   int      `json:"starts_without_network,omitempty"` // that found nothing which stands
	Best     int      `json:"best_start"`                       // the first that came to the loss of the run, from 1
	Hits     int      `json:"starts_at_best"`                   // that came to it
	Mean     float64  `json:"mean_loss"`                        // of the starts
	Sd       float64  `json:"sd_loss"`
	Worst    float64  `json:"worst_loss"`
	Relaxed  *float64 `json:"relaxed_loss,omitempty"` // the least that a start found with parameters anywhere in their ranges: of local optima, no proof
	Gap      *float64 `json:"gap,omitempty"`          // the loss by the relaxed one, less 1
	Single   bool     `json:"no_single_change_helps"`
	Pairs    bool     `json:"no_pair_of_changes_helps"` // false as well where there are too many pairs to look at
	Looked   float64  `json:"networks_looked_at"`
	Possible float64  `json:"log10_networks"` // how many there are
}

// byLevels says what is known where levels were searched for.
func (t *Trainer) byLevels(v *Verdict, score Record, bounds string) {
	search, ok := t.Method.(*optim.LevelSearch)
	if !ok || v.FreeBonds == 0 {
		return
	}
	f := search.Found()
	if f.Starts == f.Fallen {
		return
	}
	l := &Levels{Starts: f.Starts, Fallen: f.Fallen, Best: f.BestStart, Hits: f.Hits, Mean: f.Mean, Sd: f.Sd, Worst: f.Worst, Single: true, Pairs: f.Pairs, Looked: f.Looked}
	for j := range v.FreeBonds {
		l.Possible += math.Log10(float64(len(t.Problem.Places(j))))
	}
	one := cmp.Or(t.Plan.Learns, "bond")
	helps := fmt.Sprintf("no change of one %s improves it", one)
	if f.Pairs {
		helps = fmt.Sprintf("no change of one %s, or of two, improves it", one)
	}
	v.Levels, v.Converged = l, true
	text := fmt.Sprintf("The loss %.6g is the least of %d starts, and %d ended there; %s; %s.", score.Train.Loss, f.Starts, f.Hits, helps, bounds)
	if !math.IsInf(f.Relaxed, 0) {
		relaxed := f.Relaxed
		l.Relaxed = &relaxed
		switch gap := score.Train.Loss/relaxed - 1; {
		case relaxed > 1e-12*score.Train.Loss:
			l.Gap = &gap
			text += relaxedText(relaxed, gap)
		default:
			text += " Without levels these starts came to a loss of zero."
		}
	}
	if v.Feasible != "reached" && v.Feasible != "" {
		v.Feasible = "open"
	}
	v.Text = text
}

// relaxedText compares the loss with what the same starts came to without levels: gap is the loss by that, less 1.
func relaxedText(relaxed, gap float64) string {
	if gap < -1e-9 { // parameters on levels are among those anywhere in their ranges
		return fmt.Sprintf(" Without levels these starts came only to %.6g, a local optimum above what was found on levels; so what levels cost is not known from it.", relaxed)
	}
	return fmt.Sprintf(" Without levels these starts came to %.6g at best, and the loss on levels is %.3g %% above that; the optimum without levels may lie lower, for it is a local one.", relaxed, 100*max(0, gap))
}

// byChanges says what is known where as few bonds as possible were to change.
func (t *Trainer) byChanges(v *Verdict, score Record) {
	m, ok := t.Method.(*optim.Fewest)
	if !ok || v.FreeBonds == 0 {
		return
	}
	v.Changes = m.Count()
	v.Text = fmt.Sprintf("%d of %d %ss have changed: %s. Each is the one that lowered the loss most, and all that have changed were solved for together; whether fewer could do is not proven. The loss is %.6g.",
		v.Changes, v.FreeBonds, cmp.Or(t.Plan.Learns, "bond"), t.Why, score.Train.Loss)
	if !math.IsNaN(score.Train.Relative) {
		v.Text += fmt.Sprintf(" The relative error is %.2g.", score.Train.Relative)
	}
}
