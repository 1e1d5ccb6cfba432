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
			size, few := abreast(points, each, false), abreast(points, each, true)
			switch {
			case size < before || size >= before+train.MostAbreast || size > mostChunk:
				t.Errorf("%d points of %v: %d a chunk, %d before", points, each, size, before)
			case size > 1 && time.Duration(size)*each > chunkTime:
				t.Errorf("%d points of %v: a chunk takes %v", points, each, time.Duration(size)*each)
			case points >= 2*chunks && each <= time.Millisecond && size%train.MostAbreast != 0, points < 2*chunks && size != 1:
				t.Errorf("%d points of %v: %d a chunk", points, each, size)
			case before > 1 && few != size, points < 2*fewest && few != 1, few > 1 && time.Duration(few)*each > chunkTime, few > 1 && (points+few-1)/few < fewest:
				t.Errorf("%d points of %v that have lanes: %d a chunk, %d without", points, each, few, size)
			case points >= fewest*train.MostAbreast && each <= 240*time.Millisecond && few < train.MostAbreast:
				t.Errorf("%d points of %v that have lanes: %d a chunk", points, each, few)
			}
		}
	}
}
