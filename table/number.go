package table

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Number reads a cell of the row: a decimal number such as 5.1, -3, 2e-3, or 5,1 where
// no comma parts the cells. Decimal commas and points in one table are an error, for one of
// them parts thousands then.
func (t *Reader) Number(column int) (float64, error) { return t.NumberOf(column, &t.style) }

// NumberOf is Number where columns may have styles of their own.
func (t *Reader) NumberOf(column int, style *Style) (float64, error) {
	cell := t.Cell(column)
	v, cause, fix := t.parse(cell, style)
	if cause != "" {
		return 0, t.Fail(column, cause, fix)
	}
	return v, nil
}

func (t *Reader) parse(cell string, style *Style) (v float64, cause, fix string) {
	if Missing(cell) {
		cause = "empty"
		if cell != "" {
			cause = Show(cell) + " marks a missing value"
		}
		return 0, cause, "remove the row or fill the value"
	}
	text := plain(cell)
	pointed := false
	switch _, err := strconv.ParseFloat(text, 64); {
	case err == nil:
		pointed = strings.IndexByte(text, '.') >= 0
	case decimalComma(text):
		if t.comma == ',' {
			return 0, Show(cell) + " has a decimal comma", "write a decimal point"
		}
		if style.comma.line == 0 {
			style.comma = place{t.Line, strings.Clone(cell)}
		}
		text = strings.Replace(text, ",", ".", 1)
	}
	if pointed && style.point.line == 0 {
		style.point = place{t.Line, strings.Clone(cell)}
	}
	if style.Points() && style.Commas() {
		cause, fix = Mixed(style, style)
		return 0, cause, fix
	}
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, Show(cell) + " is too large for a number", "check the value"
	case err == nil && (math.IsNaN(v) || math.IsInf(v, 0)):
		return 0, Show(cell) + " is not a finite number", "remove the row or fill the value"
	case err == nil && !strings.ContainsAny(text, "xX_"): // 0x10 and 1_000 are Go's, not a measurement's
		return v, "", ""
	}
	if spaced.MatchString(cell) {
		return 0, Show(cell) + " has a blank between its digits", "write thousands without a sign between them"
	}
	return 0, Show(cell) + " is not a number", "mend the value or remove the column"
}

// spaced is a number whose thousands are set apart, by a blank, an apostrophe or a narrow blank.
var spaced = regexp.MustCompile(`^[-+]?[0-9]{1,3}([ '\x{2019}\x{202f}\x{00a0}][0-9]{3})+([.,][0-9]+)?$`)

var fortran = regexp.MustCompile(`^[-+]?[0-9]*\.?[0-9]*[dD][-+]?[0-9]+$`)

// plain is a number in the letters of Go: with a hyphen for the minus sign and an e
// before the exponent.
func plain(cell string) string {
	cell = strings.ReplaceAll(cell, "\u2212", "-")
	if strings.ContainsAny(cell, "dD") && fortran.MatchString(cell) {
		cell = strings.NewReplacer("d", "e", "D", "e").Replace(cell)
	}
	return cell
}

// Missing reports whether a cell marks a value that was not measured.
func Missing(cell string) bool {
	return cell == "" || cell == "NA" || cell == "N/A" || cell == "?"
}

// decimalComma reports whether a cell is a number written with a decimal comma.
func decimalComma(cell string) bool {
	if strings.Count(cell, ",") != 1 {
		return false
	}
	_, err := strconv.ParseFloat(strings.Replace(cell, ",", ".", 1), 64)
	return err == nil
}

// Numeric reports whether a cell is meant as a number, be it a good one.
func Numeric(cell string) bool {
	cell = plain(strings.TrimSpace(cell))
	_, err := strconv.ParseFloat(cell, 64)
	return err == nil || errors.Is(err, strconv.ErrRange) || decimalComma(cell)
}

// Whole reads a cell that counts or names: a whole number, also written 10.0 as
// programs of tables of real numbers do.
func (t *Reader) Whole(column int) (int, error) {
	cell := t.Cell(column)
	n, err := strconv.Atoi(cell)
	if err == nil {
		return n, nil
	}
	if errors.Is(err, strconv.ErrRange) {
		return 0, t.Fail(column, Show(cell)+" is out of range", "")
	}
	v, numberErr := t.Number(column)
	if numberErr != nil || v != math.Trunc(v) || math.Abs(v) > 1<<53 {
		return 0, t.Fail(column, Show(cell)+" is not a whole number", "")
	}
	return int(v), nil
}
