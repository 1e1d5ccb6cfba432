package outlook

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/elastrain/elastrain/task/linear"
)

// Data is what there is to learn from.
type Data struct {
	Name       string    `json:"name"`
	Features   int       `json:"features"` // that inputs follow
	Unused     []string  `json:"unused_features,omitempty"`
	Classes    int       `json:"classes"`
	Train      int       `json:"train_samples"`
	Validation int       `json:"validation_samples"`
	Test       int       `json:"test_samples"` // not opened
	Chance     float64   `json:"largest_class"`
	Flat       []Feature `json:"features_of_equal_means,omitempty"`
}

// Feature is one whose class means do not differ by more than chance has them differ.
type Feature struct {
	Name   string  `json:"name"`
	Share  float64 `json:"share_between_classes"` // of its variance
	Chance float64 `json:"probability"`           // that equal means give as much (F test)
}

// Planes is what planes do with the features, whoever draws them.
type Planes struct {
	Samples      int      `json:"samples"`
	Validated    string   `json:"validated_by"`
	Discriminant Reach    `json:"discriminant"`
	Logistic     Reach    `json:"logistic"`
	C            float64  `json:"logistic_C"`
	AllFeatures  *Reach   `json:"logistic_of_all_features,omitempty"`
	Products     *Reach   `json:"logistic_of_products,omitempty"`
	Closest      []string `json:"most_mistaken_classes,omitempty"` // two, by discriminant analysis
	Mistaken     int      `json:"mistaken,omitempty"`              // samples of these that were held out and taken for the other
}

// data counts, and names features that cannot tell.
func (l *looking) data() error {
	x := l.x
	if x.Table == nil {
		return nil
	}
	columns := l.columns()
	d := &Data{Name: x.Table.Name, Features: len(columns), Classes: len(x.Table.Classes), Train: x.Train.N, Validation: x.Valid.N, Test: len(x.TestRow)}
	l.report.Data = d
	if x.Train.Class == nil {
		l.fact("data", "%s: %s, %d training, %d validation and %s; the last are not opened", d.Name, count(x.Train.Q, "output"), d.Train, d.Validation, count(d.Test, "test sample"))
		return nil
	}
	for j, name := range x.Table.Features {
		if _, err := x.Table.Column(name); err == nil && !slices.Contains(columns, j) && name != x.Table.ClassColumn {
			d.Unused = append(d.Unused, name)
		}
	}
	set := linear.Of(x.Table, columns, x.TrainRow)
	most := make([]int, set.Classes)
	for _, c := range set.Class {
		most[c]++
	}
	d.Chance = float64(slices.Max(most)) / float64(max(set.N, 1))
	l.fact("data", "%s: %s of %d, %s, %d training, %d validation and %s; the last are not opened. Who always says the largest class is right in %s",
		d.Name, count(d.Features, "feature"), len(x.Table.Features), count(d.Classes, "class"), d.Train, d.Validation, count(d.Test, "test sample"), percent(d.Chance))
	d.Flat = flat(set, x.Table.Features, columns)
	if n := len(d.Flat); n > 0 {
		names := make([]string, 0, 8)
		for _, f := range d.Flat[:min(n, 8)] {
			names = append(names, f.Name)
		}
		more := ""
		if n > 8 {
			more = fmt.Sprintf(" and %d more", n-8)
		}
		text := fmt.Sprintf("%d of %s tell no class apart by themselves: %s%s. Means of classes do not differ beyond chance (F test, p > 0.05)", n, count(d.Features, "feature"), strings.Join(names, ", "), more)
		if x.Table.Wide > 0 || x.Spec.Hubs != nil { // margins of pictures are dark, and hubs look at several features together
			l.fact("data", "%s", text)
			return nil
		}
		help := "together with others they may still tell, as planes do; where only products of features tell, let them stiffen bonds (`elements:` in place of `node:`)"
		l.limit("data", help, "%s", text)
	}
	return nil
}

// columns are the columns of the table that inputs follow, each once.
func (l *looking) columns() (list []int) {
	for _, name := range l.x.Encoding.Features {
		if j, err := l.x.Table.Column(name); err == nil && !slices.Contains(list, j) {
			list = append(list, j)
		}
	}
	return list
}

// flat is the features whose class means do not differ beyond chance, by the F test of one-way analysis of variance.
func flat(s *linear.Set, names []string, columns []int) (list []Feature) {
	counts := make([]float64, s.Classes)
	for _, c := range s.Class {
		counts[c]++
	}
	classes := 0
	for _, n := range counts {
		if n > 0 {
			classes++
		}
	}
	inner := float64(s.N - classes)
	if classes < 2 || inner < 1 {
		return nil
	}
	for a, j := range columns {
		means, mean, all := make([]float64, s.Classes), 0.0, 0.0
		for i := range s.N {
			means[s.Class[i]] += s.Row(i)[a]
			mean += s.Row(i)[a] / float64(s.N)
		}
		between := 0.0
		for c, n := range counts {
			if n > 0 {
				means[c] /= n
				between += n * (means[c] - mean) * (means[c] - mean)
			}
		}
		for i := range s.N {
			v := s.Row(i)[a] - mean
			all += v * v
		}
		within := all - between
		f := Feature{Name: names[j], Chance: 1}
		if all > 1e-20*mean*mean*float64(s.N) {
			f.Share = between / all
			if within <= 1e-12*all {
				continue // it tells classes apart alone
			}
			ratio := between / float64(classes-1) / (within / inner)
			f.Chance = distuv.F{D1: float64(classes - 1), D2: inner}.Survival(ratio)
		}
		if !(f.Chance <= 0.05) {
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b Feature) int { return cmp.Compare(a.Share, b.Share) })
	return list
}

// Bounds of the work on planes, in numbers of samples times features times classes.
const (
	mostFolds = 2e6 // up to which all samples are cross-validated
	mostHeld  = 4e7 // of the samples that are fitted, where one part is held out instead
)

// planes fits discriminant analysis and logistic regression.
func (l *looking) planes() error {
	x := l.x
	if x.Train.Class == nil || x.Table == nil || len(l.columns()) == 0 {
		return nil
	}
	columns := l.columns()
	set := linear.Of(x.Table, columns, x.TrainRow)
	p := &Planes{Samples: set.N}
	l.report.Planes = p
	work := float64(set.N) * float64(set.P) * float64(set.Classes)
	var err error
	switch {
	case l.parts(set) == 0:
		return l.fewPlanes(set, p)
	case work <= mostFolds:
		p.Validated = fmt.Sprintf("%d folds", l.parts(set))
		err = l.foldedPlanes(set, columns, p)
	default:
		err = l.heldPlanes(set, p)
	}
	if err != nil {
		return err
	}
	best := *p.Discriminant.Held
	name := "linear discriminant analysis"
	if *p.Logistic.Held > best {
		best, name = *p.Logistic.Held, "logistic regression"
	}
	l.fact("planes", "planes between the classes are right in %s of samples that they were not fitted to, at best (%s, %s): discriminant analysis %s (%s of those it was fitted to), logistic regression %s (%s, C = %g)",
		percent(best), name, p.Validated, percent(*p.Discriminant.Held), percent(p.Discriminant.Training), percent(*p.Logistic.Held), percent(p.Logistic.Training), p.C)
	if p.Mistaken > 0 {
		l.fact("planes", "most mistaken for each other by discriminant analysis: %s and %s, %s", p.Closest[0], p.Closest[1], count(p.Mistaken, "sample"))
	}
	if r := p.AllFeatures; r != nil && *r.Held > *p.Logistic.Held+l.noise(set.N, *r.Held) {
		l.limit("planes", "give the features that no input follows an input of their own", "with all %d features logistic regression is right in %s, with those that inputs follow in %s", len(x.Table.Features), percent(*r.Held), percent(*p.Logistic.Held))
	}
	return nil
}

// parts is the number of folds for cross-validation: no more than the class with fewest samples has, 0 where samples are too few.
func (l *looking) parts(s *linear.Set) int {
	n := make([]int, s.Classes)
	for _, c := range s.Class {
		n[c]++
	}
	least := s.N
	for _, v := range n {
		if v > 0 {
			least = min(least, v)
		}
	}
	if least < 3 || s.N < 20 {
		return 0
	}
	return min(l.folds, least)
}

// noise is one standard deviation of a share of n samples.
func (l *looking) noise(n int, share float64) float64 {
	return math.Sqrt(share * (1 - share) / float64(max(n, 1)))
}

// mostPlanes are fitted to draws of a handful of samples.
const mostPlanes = 200

// fewPlanes is planes of a handful of samples: only what was fitted can be told. The best is sought among those that are
// fitted to samples drawn again and again, for what the mean of all losses makes best need not be right most often.
func (l *looking) fewPlanes(set *linear.Set, p *Planes) error {
	p.Validated = "nothing: the samples are too few"
	random := rand.New(rand.NewPCG(l.x.Spec.Seed, streamMaps))
	rows := upTo(set.N)
	p.C = 1000
	for n := range mostPlanes {
		fitted, err := linear.Roughly(set.Pick(rows), p.C)
		if err == nil {
			p.Logistic.Training = math.Max(p.Logistic.Training, fitted.Accuracy(set))
		} else if n == 0 {
			l.limit("planes", "add samples", "no plane can be fitted: %v", err)
			return nil
		}
		for i := range rows {
			rows[i] = random.IntN(set.N)
		}
	}
	l.fact("planes", "the best planes found between the classes are right in %s of the %d training samples, which are too few to cross-validate", percent(p.Logistic.Training), set.N)
	return nil
}

// foldedPlanes cross-validates over all samples.
func (l *looking) foldedPlanes(set *linear.Set, columns []int, p *Planes) error {
	x, seed := l.x, l.x.Spec.Seed
	folds := l.parts(set)
	lda, err := linear.Discriminant(set)
	if err != nil {
		return err
	}
	held, err := linear.CrossValidate(set, folds, seed, linear.Discriminant)
	if err != nil {
		return err
	}
	p.Discriminant = Reach{Training: lda.Accuracy(set), Held: &held}
	if err := l.closest(set, folds, p); err != nil {
		return err
	}
	logistic := func(s *linear.Set) (Reach, float64, error) {
		c, held, err := linear.ChooseC(s, linear.Strengths, folds, seed)
		if err != nil {
			return Reach{}, 0, err
		}
		fitted, err := linear.Logistic(s, c)
		if err != nil {
			return Reach{}, 0, err
		}
		return Reach{Training: fitted.Accuracy(s), Held: &held}, c, nil
	}
	if p.Logistic, p.C, err = logistic(set); err != nil {
		return err
	}
	if unused := l.report.Data.Unused; len(unused) > 0 {
		every := slices.Clone(columns)
		for _, name := range unused {
			if j, err := x.Table.Column(name); err == nil {
				every = append(every, j)
			}
		}
		all, _, err := logistic(linear.Of(x.Table, every, x.TrainRow))
		if err != nil {
			return err
		}
		p.AllFeatures = &all
	}
	if pairs := set.P + set.P*(set.P+1)/2; set.P <= linear.MostProducts && float64(set.N)*float64(pairs)*float64(set.Classes) <= mostFolds {
		more, err := set.WithProducts()
		if err != nil {
			return err
		}
		products, _, err := logistic(more)
		if err != nil {
			return err
		}
		p.Products = &products
	}
	return nil
}

// closest finds the two classes that discriminant analysis mistakes most for each other, of samples that were held out.
func (l *looking) closest(set *linear.Set, folds int, p *Planes) error {
	parts, err := set.Folds(folds, l.x.Spec.Seed)
	if err != nil {
		return err
	}
	mistaken := make([]int, set.Classes*set.Classes) // of pairs, the smaller class first
	for f, part := range parts {
		var rest []int
		for g, other := range parts {
			if g != f {
				rest = append(rest, other...)
			}
		}
		lda, err := linear.Discriminant(set.Pick(rest))
		if err != nil {
			return err
		}
		for _, i := range part {
			if said, _ := lda.Predict(set.Row(i)); said != int(set.Class[i]) {
				mistaken[min(said, int(set.Class[i]))*set.Classes+max(said, int(set.Class[i]))]++
			}
		}
	}
	for pair, n := range mistaken {
		if n > p.Mistaken {
			names := l.x.Table.Classes
			p.Mistaken, p.Closest = n, []string{names[pair/set.Classes], names[pair%set.Classes]}
		}
	}
	return nil
}

// heldPlanes fits to some of many samples and scores as many others.
func (l *looking) heldPlanes(set *linear.Set, p *Planes) error {
	n := min(set.N/2, max(int(mostHeld/float64(set.P*set.Classes)), 1000))
	parts, err := set.Folds(set.N/n, l.x.Spec.Seed)
	if err != nil {
		return err
	}
	train, held := set.Pick(parts[0]), set.Pick(parts[1])
	p.Samples, p.Validated = train.N, fmt.Sprintf("%d of %d training samples, scored on %d others", train.N, set.N, held.N)
	lda, err := linear.Discriminant(train)
	if err != nil {
		return err
	}
	share := lda.Accuracy(held)
	p.Discriminant = Reach{Training: lda.Accuracy(train), Held: &share}
	for _, c := range []float64{1e-3, 1e-2, 1e-1} {
		fitted, err := linear.Roughly(train, c)
		if err != nil {
			return err
		}
		if share := fitted.Accuracy(held); p.Logistic.Held == nil || share > *p.Logistic.Held {
			p.C, p.Logistic = c, Reach{Training: fitted.Accuracy(train), Held: &share}
		}
	}
	return nil
}
