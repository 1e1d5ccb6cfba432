package matter

import "math"

// OneWay is a bond that only softens, as it does by ageing or cutting. Its inner
// law says how it can be softened.
type OneWay struct{ Law }

// Reach implements Law. Where stiffening is wanted the bond stays as it is.
func (o OneWay) Reach(from, wanted float64) (setting, reached float64) {
	if wanted < from {
		setting, reached = o.Law.Reach(from, wanted)
		if reached > from { // the nearest would be a step up: take the next below, if it is nearer than staying
			if below, _ := o.Law.Steps(from); below < from && math.Abs(wanted-below) < math.Abs(wanted-from) {
				return o.Law.Reach(from, below)
			}
		} else if reached < from && math.Abs(wanted-reached) < math.Abs(wanted-from) {
			return setting, reached
		}
	}
	return o.stay(from), from
}

// stay is the setting at which a bond keeps its stiffness: where the inner law
// has none for it, because it began between two levels, NaN: leave it alone.
func (o OneWay) stay(from float64) float64 {
	if setting, reached := o.Law.Reach(from, from); reached == from {
		return setting
	}
	return math.NaN()
}

// Steps implements Law.
func (o OneWay) Steps(from float64) (below, above float64) {
	below, _ = o.Law.Steps(from)
	return below, from
}
