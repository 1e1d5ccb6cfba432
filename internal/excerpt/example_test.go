package excerpt_test

import (
	"fmt"
	"strings"

	"github.com/elastrain/elastrain/internal/excerpt"
)

func ExampleOf() {
	fmt.Println(excerpt.Of("N/m", 8))
	fmt.Println(excerpt.Of(strings.Repeat("kilo", 1000), 8))
	// Output:
	// N/m
	// kilokilo... (4000 letters)
}
