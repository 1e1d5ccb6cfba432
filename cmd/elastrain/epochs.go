package main

import (
	"fmt"
	"strconv"
	"strings"
)

// epochsFlag is a number of epochs in all, or with a + before it of epochs to add.
type epochsFlag struct {
	N     int
	Added bool
}

// UnmarshalText reads such as 4000 or +1000.
func (e *epochsFlag) UnmarshalText(text []byte) error {
	number, added := strings.CutPrefix(string(text), "+")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > 100000000 || strings.HasPrefix(number, "+") {
		return fmt.Errorf("%q is no number of epochs: write such as 4000, in all, or +1000, to add so many to a training that has ended", text)
	}
	e.N, e.Added = n, added
	return nil
}
