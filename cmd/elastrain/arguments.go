package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/elastrain/elastrain/internal/cli"
)

// arguments are the words of a command line, sorted: flags and changes to the
// file may stand anywhere, and the parser wants positional words together.
type arguments struct {
	node       *kong.Node // the command, or the program itself
	commands   []string   // train, or lab train
	flags      []string   // with their values
	positional []string
	json       bool // known before the parser has found a mistake
	version    bool
	help       bool
}

// override looks like learn.rate=0.01 or task.inputs[2].node=7.
var override = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*(\[[^\]]*\][A-Za-z0-9_.-]*)*=`)

// sorted takes the words of a command line apart.
func sorted(model *kong.Application, args []string) arguments {
	a := arguments{node: model.Node}
	for len(args) > 0 {
		word := args[0]
		args = args[1:]
		switch {
		case word == "--":
			a.positional = append(a.positional, args...)
			args = nil
		case strings.HasPrefix(word, "-") && word != "-":
			n := min(a.values(word), len(args))
			a.flags = append(a.flags, word)
			a.flags = append(a.flags, args[:n]...)
			args = args[n:]
			a.json = a.json || word == "--json"
			a.version = a.version || word == "--version"
			a.help = a.help || word == "--help" || word == "-h"
		default:
			if child := a.child(word); child != nil {
				a.node, a.commands = child, append(a.commands, word)
				break
			}
			if a.node.DefaultCmd != nil { // sweep SPEC
				a.node = a.node.DefaultCmd
			}
			a.positional = append(a.positional, word)
		}
	}
	if a.changes() {
		isOverride := func(word string) bool { return override.MatchString(word) }
		if i := slices.IndexFunc(a.positional, func(word string) bool { return !isOverride(word) }); i > 0 { // the file stands first
			a.positional = slices.Insert(slices.Delete(slices.Clone(a.positional), i, i+1), 0, a.positional[i])
		}
	}
	return a
}

// child is the command that a word names at this place, or nil. Changes to the file may stand before it.
func (a *arguments) child(word string) *kong.Node {
	if slices.ContainsFunc(a.positional, func(word string) bool { return !override.MatchString(word) }) {
		return nil
	}
	for _, child := range a.node.Children {
		if child.Name == word {
			return child
		}
	}
	return nil
}

// values is how many words after a flag belong to it: --out DIR has one,
// --out=DIR and --quiet have none.
func (a *arguments) values(word string) int {
	for _, group := range a.groups() {
		for _, f := range group {
			takes := !f.IsBool() && !f.IsCounter()
			switch {
			case word == "--"+f.Name && takes:
				return 1
			case strings.HasPrefix(word, "--") || f.Short == 0:
			case word == "-"+string(f.Short) && takes: // -o FILE; of -oFILE the rest is the value
				return 1
			}
		}
	}
	return 0
}

// groups are the flags that may stand here. Of a command that has others below it and may stand alone they are also those of that.
func (a *arguments) groups() [][]*kong.Flag {
	groups := a.node.AllFlags(false)
	if a.node.DefaultCmd != nil {
		groups = append(groups, a.node.DefaultCmd.AllFlags(false)...)
	}
	return groups
}

// changes reports whether a command takes changes to its file.
func (a *arguments) changes() bool {
	return slices.ContainsFunc(a.node.Positional, func(p *kong.Positional) bool { return p.Name == "overrides" })
}

// changesAmong are the commands that find changes among their other words themselves.
var changesAmong = []string{"rules", "sequence", "matter", "lab see", "lab tracks", "share", "complete", "help"}

// stray is a change given to a command that takes none, "" without one. A file of that name is a file.
func (a *arguments) stray() string {
	if a.changes() || len(a.commands) == 0 || slices.Contains(changesAmong, strings.Join(a.commands, " ")) {
		return ""
	}
	for _, word := range a.positional {
		if _, err := os.Stat(word); override.MatchString(word) && err != nil {
			return word
		}
	}
	return ""
}

// noChanges is the error for a change given to a command that takes none.
func (a *arguments) noChanges(word string) error {
	command := strings.Join(a.commands, " ")
	usage := &cli.UsageError{Text: fmt.Sprintf("`elastrain %s` takes no changes to a file, such as %s", command, word), Help: fmt.Sprintf("`elastrain %s --help` says what it takes", command)}
	if slices.ContainsFunc(a.node.Positional, func(p *kong.Positional) bool { return p.Name == "run" || p.Name == "dir" }) {
		usage.Help = "it takes what was trained as it is; a file or directory of that name is ./" + word
	}
	return usage
}

// fileOrChange takes words apart that are files or changes to the experiment file: what looks like a change is one, unless there is a
// file of that name.
func fileOrChange(words []string) (files, changes []string) {
	for _, word := range words {
		if _, err := os.Stat(word); override.MatchString(word) && err != nil {
			changes = append(changes, word)
		} else {
			files = append(files, word)
		}
	}
	return files, changes
}

// words is the command line as the parser wants it.
func (a *arguments) words() []string {
	if len(a.commands) > 0 && a.commands[0] == "help" { // help train is train --help
		return slices.Concat(a.positional, a.flags, []string{"--help"})
	}
	if a.version {
		if a.json {
			return []string{"version", "--json"}
		}
		return []string{"version"}
	}
	words := slices.Concat(a.commands, a.flags)
	if a.help && a.node.DefaultCmd != nil { // its flags are those of the command that has others below it
		words = slices.Concat(a.commands, []string{a.node.DefaultCmd.Name}, a.flags)
	}
	if slices.ContainsFunc(a.positional, func(word string) bool { return strings.HasPrefix(word, "-") && word != "-" }) {
		words = append(words, "--")
	}
	if words = append(words, a.positional...); len(words) == 0 {
		return []string{"--help"}
	}
	return words
}

// refused is the error for a command line that the parser did not understand.
func (a *arguments) refused(err error) error {
	usage := &cli.UsageError{Text: err.Error(), Help: "`elastrain --help` lists the commands, `elastrain COMMAND --help` their flags"}
	var parse *kong.ParseError
	if !errors.As(err, &parse) || len(a.commands) == 0 || a.commands[0] == "help" {
		return usage
	}
	command := strings.Join(a.commands, " ")
	usage.Help = fmt.Sprintf("`elastrain %s --help` says what it takes", command)
	return usage
}

// span says in which range a quantity of a flag lies, up to most in SI units.
func span(zero bool, most float64, unit string) string {
	least := "above zero"
	if zero {
		least = "zero or more"
	}
	switch unit {
	case "fraction":
		return fmt.Sprintf("it is %s, and at most %g %%", least, 100*most)
	case "":
		return fmt.Sprintf("it is %s, and at most %g", least, most)
	}
	return fmt.Sprintf("it is %s, and at most %g %s", least, most, unit)
}
