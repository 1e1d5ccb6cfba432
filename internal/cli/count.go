package cli

import (
	"fmt"
	"strings"
)

// Count is a number of things: 1 bond, 2 bonds, 3 test samples, 4 states of self-stress.
func Count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	what, rest := one, ""
	for _, of := range []string{" of ", " to "} {
		if before, after, ok := strings.Cut(one, of); ok {
			what, rest = before, of+after
		}
	}
	return fmt.Sprintf("%d %ss%s", n, what, rest)
}
