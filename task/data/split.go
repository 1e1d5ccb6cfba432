package data

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/elastrain/elastrain/table"
)

// Split parts the rows of a table at random into training rows, the nearest
// whole number to fraction*Rows(), and test rows, the others. fraction is in
// (0, 1]; 1 trains on every row and leaves the test part empty.
//
// With stratify, every class keeps its share: class c sends fraction*rows(c)
// rows to training, rounded by largest remainder (ties to the lower class
// number), so that the total is the same as without.
//
// The permutation comes from PCG(seed, "split   ") and both parts keep its order.
//
// The error says which part or class would be left empty: without a test row a
// fraction below 1 makes no sense, and a class without a training row cannot be learned.
func Split(t *Table, fraction float64, stratify bool, seed uint64) (train, test []int, err error) {
	n := t.Rows()
	if n == 0 {
		return nil, nil, fmt.Errorf("%s: split: the table has no rows", t.Name)
	}
	if !(fraction > 0 && fraction <= 1) { // written so that NaN fails
		return nil, nil, fmt.Errorf("%s: split: a training share of %g is not within 0 (excluded) to 1", t.Name, fraction)
	}
	total := int(math.Round(fraction * float64(n)))
	if total == 0 {
		return nil, nil, fmt.Errorf("%s: split: a training share of %g leaves no training row out of %d; raise it (%.3g trains on one row)",
			t.Name, fraction, n, 1/float64(n))
	}
	if total == n && fraction < 1 {
		return nil, nil, fmt.Errorf("%s: split: a training share of %g leaves no test row out of %d; lower it, or use 1 (100 %%) for training without a test",
			t.Name, fraction, n)
	}

	var g rand.PCG
	g.Seed(seed, streamSplit)
	order := make([]int, n)
	permute(&g, order)

	if !stratify {
		train, test = order[:total:total], order[total:]
	} else if train, test, err = deal(t, order, fraction, total); err != nil {
		return nil, nil, err
	}
	if err := checkTaught(t, train, stratify); err != nil {
		return nil, nil, err
	}
	return train, test, nil
}

// deal walks the permuted rows and gives each class its quota of training rows.
func deal(t *Table, order []int, fraction float64, total int) (train, test []int, err error) {
	if len(t.Classes) == 0 {
		return nil, nil, fmt.Errorf("%s: split: the table has no classes to stratify by; split without stratify", t.Name)
	}
	count := make([]int, len(t.Classes))
	for i, c := range t.Label {
		if c < 0 {
			return nil, nil, fmt.Errorf("%s: split: row %d has no class to stratify by; remove the row or split without stratify", t.Name, i+1)
		}
		count[c]++
	}
	quota := apportion(count, fraction, total)
	train = make([]int, 0, total)
	test = make([]int, 0, len(order)-total)
	for _, i := range order {
		if c := t.Label[i]; quota[c] > 0 {
			quota[c]--
			train = append(train, i)
		} else {
			test = append(test, i)
		}
	}
	return train, test, nil
}

// apportion shares total among the classes in proportion to count, by largest
// remainder. total is fraction*sum(count) to the nearest whole number.
func apportion(count []int, fraction float64, total int) []int {
	quota := make([]int, len(count))
	remainder := make([]float64, len(count))
	byRemainder := make([]int, len(count))
	left := total
	for c, n := range count {
		exact := float64(fraction * float64(n)) // the conversion forbids fusing with the subtraction below
		quota[c] = int(exact)
		remainder[c] = exact - math.Floor(exact)
		byRemainder[c] = c
		left -= quota[c]
	}
	slices.SortStableFunc(byRemainder, func(a, b int) int {
		switch {
		case remainder[a] > remainder[b]:
			return -1
		case remainder[a] < remainder[b]:
			return 1
		}
		return 0
	})
	for _, c := range byRemainder[:left] {
		quota[c]++
	}
	return quota
}

// checkTaught refuses a split in which a class has no training row.
func checkTaught(t *Table, train []int, stratify bool) error {
	taught := make([]bool, len(t.Classes))
	for _, i := range train {
		if c := t.Label[i]; c >= 0 {
			taught[c] = true
		}
	}
	for c, ok := range taught {
		if ok {
			continue
		}
		rows := 0
		for _, l := range t.Label {
			if l == c {
				rows++
			}
		}
		way := "use stratify, a larger training share or another seed"
		if stratify {
			way = "use a larger training share"
		}
		if rows == 0 {
			way = "add rows of it or take it out of the class list"
		}
		return fmt.Errorf("%s: split: none of the %d rows of class `%s` is among the %d training rows; %s",
			t.Name, rows, table.Clip(t.Classes[c]), len(train), way)
	}
	return nil
}

// HoldOut takes count rows off the training rows, to choose settings by: the last ones, or ones drawn by the seed, with
// stratify so many of each class as its share is. Both parts keep the order of rows.
//
// The permutation comes from PCG(seed, "validate").
func HoldOut(t *Table, rows []int, count int, last, stratify bool, seed uint64) (train, valid []int, err error) {
	n := len(rows)
	if count < 1 || count >= n {
		return nil, nil, fmt.Errorf("%s: validation: %d of %d rows; take at least 1 and leave at least 1", t.Name, count, n)
	}
	held := make([]bool, n)
	if last {
		for i := n - count; i < n; i++ {
			held[i] = true
		}
	} else {
		quota := []int{count}
		class := func(int) int { return 0 }
		if stratify {
			each := make([]int, len(t.Classes))
			for _, row := range rows {
				if t.Label[row] < 0 {
					return nil, nil, fmt.Errorf("%s: validation: row %d has no class to stratify by; remove the row or leave stratify out", t.Name, row+1)
				}
				each[t.Label[row]]++
			}
			quota, class = apportion(each, float64(count)/float64(n), count), func(i int) int { return t.Label[rows[i]] }
		}
		var g rand.PCG
		g.Seed(seed, streamValidate)
		order := make([]int, n)
		permute(&g, order)
		for _, i := range order {
			if c := class(i); quota[c] > 0 {
				quota[c]--
				held[i] = true
			}
		}
	}
	for i, row := range rows {
		if held[i] {
			valid = append(valid, row)
		} else {
			train = append(train, row)
		}
	}
	return train, valid, checkTaught(t, train, stratify)
}
