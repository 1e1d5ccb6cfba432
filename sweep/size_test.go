package sweep

import (
	"testing"
	"time"

	"github.com/elastrain/elastrain/train"
)

// Chunks of short trainings are whole numbers of those that train side by side; they take no longer than a chunk may, and stay few where trainings are few.
func TestChunksAreFull(t *testing.T) {
	for points := 1; points < 100_000; points = points*11/10 + 1 {
		for _, each := range []time.Duration{0, time.Millisecond, 30 * time.Millisecond, 240 * time.Millisecond, 260 * time.Millisecond, time.Hour} {
			before := chunkOf(points, each)
			size := abreast(before, each)
			switch {
			case size < before || size >= before+train.MostAbreast || size > mostChunk:
				t.Errorf("%d points of %v: %d a chunk, %d before", points, each, size, before)
			case size > 1 && time.Duration(size)*each > chunkTime:
				t.Errorf("%d points of %v: a chunk takes %v", points, each, time.Duration(size)*each)
			case points >= 2*chunks && each <= time.Millisecond && size%train.MostAbreast != 0, points < 2*chunks && size != 1:
				t.Errorf("%d points of %v: %d a chunk", points, each, size)
			}
		}
	}
}
