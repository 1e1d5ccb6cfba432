package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/elastrain/elastrain/sweep/lease"
)

// However many workers have died, those at work are told one by one, and the dead by their number.
func TestWorkersTold(t *testing.T) {
	var all []lease.Seen
	for i := range 100 {
		all = append(all, lease.Seen{Worker: fmt.Sprint("dead", i), Host: "here", State: lease.Ended, Holds: []int{i}})
	}
	all = append(all,
		lease.Seen{Worker: "busy", Host: "here", State: lease.Works, Done: 1, Holds: []int{3, 4}},
		lease.Seen{Worker: "idle", Host: "there", State: lease.Works, Done: 2},
		lease.Seen{Worker: "gone", Host: "there", State: lease.Unknown},
		lease.Seen{Worker: "slow", Host: "there", State: lease.Unknown, Holds: []int{5}})
	want := []string{
		"busy                         works  on here, 1 chunk done, at chunk 3, 4",
		"idle                         works  on there, 2 chunks done, at nothing",
		"slow                         silent on there, 0 chunks done, at chunk 5",
		"100 workers ended before the sweep did; what was begun is taken by others",
		"1 worker silent, with no chunk begun",
	}
	if got := workersTold(all); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := workersTold(all[:1]); !slices.Equal(got, []string{"1 worker ended before the sweep did; what was begun is taken by others"}) {
		t.Errorf("%q", got)
	}
}
