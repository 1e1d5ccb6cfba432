package page

import (
	"maps"
	"slices"

	"github.com/elastrain/elastrain/studio/engine"
)

// history is frames of the parameters, evenly spread over those that there are, with the first and the last.
func (s *Shared) history() (epochs []int32, frames []float64) {
	n := len(s.Epochs)
	if n == 0 {
		return nil, nil
	}
	width := len(s.Frames) / n
	for _, i := range spread(n, max(2, mostFrames/max(1, 8*width))) {
		epochs, frames = append(epochs, int32(s.Epochs[i])), append(frames, s.Frames[i*width:(i+1)*width]...)
	}
	return epochs, frames
}

// thinned are records, evenly spread where they are many, with the first and the last.
func thinned(list []engine.Record) []engine.Record {
	out := []engine.Record{}
	for _, i := range spread(len(list), mostRecords) {
		out = append(out, list[i])
	}
	return out
}

// spread are at most so many places of n, evenly, with the first and the last.
func spread(n, most int) (places []int) {
	if n <= most {
		most = n
	}
	for i := range most {
		places = append(places, i*(n-1)/max(1, most-1))
	}
	return slices.Compact(places)
}

// sorted are the names of files.
func sorted(files map[string][]byte) []string { return slices.Sorted(maps.Keys(files)) }
