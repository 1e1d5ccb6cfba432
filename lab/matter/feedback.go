package matter

// Feedback rounds steps that are smaller than a level without losing them: what
// could not be realised is kept and added to the next step (error feedback). No
// chance is involved, and a small step that is wanted again and again is taken
// once it has grown to half a level. The zero value is ready for use.
type Feedback struct {
	left []float64 // wanted but not realised yet, N/m; len bonds
}

// Apply is Bonds.Apply with what is left from earlier calls added to wanted.
func (f *Feedback) Apply(b Bonds, from, wanted []float64) (setting, reached []float64, err error) {
	b.sizes(from, wanted)
	if f.left == nil {
		f.left = make([]float64, len(b))
	}
	sum := make([]float64, len(b))
	for i := range sum {
		if err := check(i, wanted[i], "is to have"); err != nil {
			return nil, nil, err
		}
		// What is left may lie below all levels.
		sum[i] = max(wanted[i]+f.left[i], wanted[i]*1e-6)
	}
	setting, reached, err = b.Apply(from, sum)
	if err != nil {
		return nil, nil, err
	}
	for i, law := range b {
		below, above := law.Steps(reached[i])
		// Beyond the last level, or against a bond that only softens, nothing can
		// ever be realised: it must not pile up and delay the way back.
		f.left[i] = min(max(sum[i]-reached[i], (below-reached[i])/2), (above-reached[i])/2)
	}
	return setting, reached, nil
}

// Residual is what each bond is owed, N/m; len bonds, nil before the first Apply.
// It belongs to the state of a session: a session that resumes restores it.
func (f *Feedback) Residual() []float64 { return append([]float64(nil), f.left...) }

// Restore takes the residuals of a session that was interrupted.
func (f *Feedback) Restore(left []float64) { f.left = append([]float64(nil), left...) }
