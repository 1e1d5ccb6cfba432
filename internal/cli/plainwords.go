package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// plainWords says the causes that Go's libraries found in the words of a user:
// where they stand in the text of a failure, they are replaced.
func (f *Failure) plainWords(err error) {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var number *strconv.NumError
	say := func(found, plain string) {
		f.Message = strings.ReplaceAll(f.Message, found, plain)
		f.Help = strings.ReplaceAll(f.Help, found, plain)
		f.text = strings.ReplaceAll(f.text, found, plain)
	}
	if errors.As(err, &syntax) {
		plain := fmt.Sprintf("it is no JSON at byte %d", syntax.Offset)
		if strings.HasPrefix(syntax.Error(), "unexpected end") {
			plain = "it ends in the middle"
		}
		say(syntax.Error(), plain)
	}
	if errors.As(err, &kind) {
		where := ""
		if kind.Field != "" {
			where = " for " + kind.Field
		}
		article := "a"
		if strings.ContainsAny(kind.Value[:min(1, len(kind.Value))], "aeiou") { // array, object
			article = "an"
		}
		say(kind.Error(), fmt.Sprintf("%s %s%s at byte %d is of the wrong kind", article, kind.Value, where, kind.Offset))
	}
	if errors.As(err, &number) {
		say(number.Error(), fmt.Sprintf("`%s` is not a number that can be read", number.Num))
	}
}
