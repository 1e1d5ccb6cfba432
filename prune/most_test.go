package prune

import (
	"context"
	"reflect"
	"slices"
	"testing"
)

// A study that may take out fewer bonds than an earlier session did ends where one without a past ends, and adds nothing to the journal.
func TestFewerBondsThanBefore(t *testing.T) {
	x, theta := build(t, "allostery")
	run := func(most int, before []Step) (*Report, *memory) {
		kept := &memory{slices.Clone(before)}
		report, err := (&Study{Rule: "exact", Until: 0.001, Most: most}).Run(context.Background(), x, theta, kept, func(Step) {})
		if err != nil {
			t.Fatal(err)
		}
		return report, kept
	}
	_, all := run(4, nil)
	for most := 1; most <= 4; most++ {
		want, _ := run(most, nil)
		got, kept := run(most, all.steps)
		if got.Factorised = want.Factorised; !reflect.DeepEqual(got, want) || len(got.Gone) != most || len(kept.steps) != 4 {
			t.Errorf("at most %d: %d went, %d in the journal, %q", most, len(got.Gone), len(kept.steps), got.Why)
		}
	}
}

// Idle nodes go with their bonds only where all of these may still go.
func TestNoMoreBondsThanAllowed(t *testing.T) {
	x, theta := build(t, "allostery")
	for most := 1; most <= 12; most++ {
		report, err := (&Study{Rule: "random", Keep: 1, Ends: true, Most: most}).Run(context.Background(), x, theta, &memory{}, func(Step) {})
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Gone) > most || !report.Met {
			t.Errorf("%d bonds went, and %d were allowed: %s", len(report.Gone), most, report.Why)
		}
	}
}

// A journal that was written by another hand is refused, whatever it names.
func TestJournalOfOtherBonds(t *testing.T) {
	x, theta := build(t, "allostery")
	for _, step := range []Step{{Bond: 0}, {Bond: -5}, {Bond: 1 << 40}, {Bond: 1, Node: 1, Also: []int{1000}}} {
		if _, err := (&Study{Rule: "exact", Until: 0.01}).Run(context.Background(), x, theta, &memory{[]Step{step}}, func(Step) {}); err == nil {
			t.Errorf("%+v is taken out", step)
		}
	}
}
