package network

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/elastrain/elastrain/table"
)

// numbering is the column of a table that numbers its rows, on its way to an order.
type numbering struct {
	column  table.Column
	what    string // "nodes" or "bonds"
	numbers []int
	words   []string // of rows, where some number is a word
	lines   []int
}

// add keeps the number of the present row.
func (n *numbering) add(f *file) error {
	if n.column.At < 0 {
		return nil
	}
	n.lines = append(n.lines, f.Line)
	cell := f.Cell(n.column.At)
	if n.words == nil {
		v, err := f.Whole(n.column.At)
		if err == nil {
			n.numbers = append(n.numbers, v)
			return nil
		}
		if cell == "" || table.Numeric(cell) {
			return f.wrap(err)
		}
		n.words = make([]string, 0, len(n.numbers))
		for _, v := range n.numbers {
			n.words = append(n.words, strconv.Itoa(v))
		}
	}
	if cell == "" {
		return f.fail(n.column.At, "empty", "give every row a number of its own")
	}
	n.words = append(n.words, string([]byte(cell)))
	return nil
}

// order gives each row its place, nil if the rows are in order. numbers are what
// people call the places, nil if they leave none out; from is 0 if the table counts from there.
func (n *numbering) order(f *file) (places, numbers []int, from int, err error) {
	rows := len(n.lines)
	if rows == 0 {
		return nil, nil, 1, nil
	}
	if n.words != nil {
		seen := make(map[string]int, rows)
		for row, w := range n.words {
			if before := seen[w]; before > 0 {
				return nil, nil, 0, n.fail(f, row, fmt.Sprintf("%s was used on line %d", table.Show(w), before), "give every row a number of its own")
			}
			seen[w] = n.lines[row]
		}
		f.note("the %s have names and are numbered by their rows: %s is 1, %s is %d", n.what, table.Show(n.words[0]), table.Show(n.words[rows-1]), rows)
		return nil, nil, 1, nil
	}
	byNumber := make([]int, rows) // rows in the order of their numbers
	for row := range byNumber {
		byNumber[row] = row
	}
	if !slices.IsSorted(n.numbers) {
		slices.SortStableFunc(byNumber, func(a, b int) int { return n.numbers[a] - n.numbers[b] })
	}
	for i, row := range byNumber[1:] {
		if before := byNumber[i]; n.numbers[row] == n.numbers[before] {
			return nil, nil, 0, n.fail(f, row, fmt.Sprintf("number %d was used on line %d", n.numbers[row], n.lines[before]), "give every row a number of its own")
		}
	}
	least, most := n.numbers[byNumber[0]], n.numbers[byNumber[rows-1]]
	inOrder := slices.IsSorted(n.numbers)
	if n.column.At == 0 && f.Header[0] == "" && inOrder && most-least == rows-1 && (least == 0 || least == 1) {
		return nil, nil, 1, nil // counts the rows, and says nothing
	}
	if !inOrder {
		places = make([]int, rows)
		for place, row := range byNumber {
			places[row] = place
		}
	}
	switch {
	case least == 0 && most == rows-1:
		f.note("the %s count from 0: what is 0 there is 1 here", n.what)
		return places, nil, 0, nil
	case least < 1:
		return nil, nil, 0, n.fail(f, byNumber[0], fmt.Sprintf("%q is below 1", strconv.Itoa(least)), "number the rows from 1, or from 0 without gaps")
	case most == rows:
		return places, nil, 1, nil
	}
	numbers = make([]int, rows)
	for place, row := range byNumber {
		numbers[place] = n.numbers[row]
	}
	return places, numbers, 1, nil
}

func (n *numbering) fail(f *file, row int, cause, fix string) error {
	return &CSVError{Table: f.name, Line: n.lines[row], Column: f.Header[n.column.At], Cause: cause, Fix: fix}
}

// NodeNumber is what people call a node: its place from 1, or the number that its
// table gave it.
func (n *Network) NodeNumber(node int) int { return Number(n.NodeNumbers, node) }

// Number is what people call the i-th of things with these numbers; nil: they count from 1.
func Number(numbers []int, i int) int {
	if i >= 0 && i < len(numbers) {
		return numbers[i]
	}
	return i + 1
}

// FindNode is the node that people call by a number; ok is false if there is none.
func (n *Network) FindNode(number int) (node int, ok bool) {
	return find(n.NodeNumbers, number, n.Nodes())
}

func find(numbers []int, number, most int) (int, bool) {
	if numbers != nil {
		return slices.BinarySearch(numbers, number)
	}
	return number - 1, number >= 1 && number <= most
}

// Numbers says in words which numbers there are: 1..14, or 10, 20, 35.
func Numbers(numbers []int, count int) string {
	if numbers == nil {
		return fmt.Sprintf("1..%d", count)
	}
	text := ""
	for i, v := range numbers {
		if i == 8 && len(numbers) > 10 {
			return text + fmt.Sprintf(", ... %d", numbers[len(numbers)-1])
		}
		if i > 0 {
			text += ", "
		}
		text += strconv.Itoa(v)
	}
	return text
}
