package data

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// A field is one value of a CSV file as text, trimmed of spaces. The functions
// here say what it means; csv.go says where it stands.

// number reads a decimal number such as 5.1, -3 or 2e-3. The complaint is ""
// when that succeeds, else it says what is wrong and what to do.
func number(field string) (v float64, complaint string) {
	if missing(field) {
		return 0, missingComplaint(field)
	}
	v, err := strconv.ParseFloat(field, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, show(field) + " is too large for a number; check the value"
	case err == nil && (math.IsNaN(v) || math.IsInf(v, 0)):
		return 0, show(field) + " is not a finite number; remove the row or fill the value"
	case err == nil && !strings.ContainsAny(field, "xX_"): // 0x10 and 1_000 are Go's, not a measurement's
		return v, ""
	case decimalComma(field):
		return 0, show(field) + " has a decimal comma; write a decimal point"
	}
	return 0, show(field) + " is not a number; mend the value or remove the column"
}

// missing reports whether a field marks a value that was not measured.
func missing(field string) bool {
	return field == "" || field == "NA" || field == "N/A" || field == "?"
}

// missingComplaint says what is wrong with a missing field.
func missingComplaint(field string) string {
	what := "empty"
	if field != "" {
		what = show(field) + " marks a missing value"
	}
	return what + "; remove the row or fill the value"
}

// decimalComma reports whether a field is a number written with a decimal comma.
func decimalComma(field string) bool {
	if strings.Count(field, ",") != 1 {
		return false
	}
	_, err := strconv.ParseFloat(strings.Replace(field, ",", ".", 1), 64)
	return err == nil
}

// numeric reports whether a field is meant as a number, be it a good one.
func numeric(field string) bool {
	_, err := strconv.ParseFloat(field, 64)
	return err == nil || errors.Is(err, strconv.ErrRange) || decimalComma(field)
}

// tidy trims a name and makes its inner white space, line breaks included, single spaces.
func tidy(name string) string { return strings.Join(strings.Fields(name), " ") }
