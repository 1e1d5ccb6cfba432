package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/elastrain/elastrain/examples"
	"github.com/elastrain/elastrain/spec"
)

// Shells ask the program itself what may come next, so that what they offer is
// what the parser takes.

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"Which shell: bash, zsh or fish."`
}

// Help is the part of --help that shows the command at work.
func (*completionCommand) Help() string {
	return `Completes commands, flags, keys of experiment files (learn.ra<Tab>), their words, kinds of starter files, error codes and file names.

Examples:
  elastrain completion bash > ~/.elastrain.bash    then: source ~/.elastrain.bash, in ~/.bashrc too
  elastrain completion zsh > _elastrain            in a directory of $fpath
  elastrain completion fish > elastrain.fish       in ~/.config/fish/completions`
}

var completions = map[string]string{
	"bash": `_elastrain() {
	local line=${COMP_LINE:0:COMP_POINT} words word
	read -ra words <<<"$line"
	[[ $line == *[[:space:]] ]] && words+=("")
	word=${words[${#words[@]}-1]}
	local IFS=$'\n'
	COMPREPLY=($("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null))
	[[ ${#COMPREPLY[@]} -eq 1 && $COMPREPLY == *[.=] ]] && compopt -o nospace
	[[ $word == *=* && $COMP_WORDBREAKS == *=* ]] && COMPREPLY=("${COMPREPLY[@]#"${word%%=*}="}")
}
complete -o default -F _elastrain elastrain
`,
	"zsh": `#compdef elastrain
_elastrain() {
	local -a offered open
	offered=(${(f)"$(${words[1]} complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
	open=(${(M)offered:#*[.=]})
	offered=(${offered:#*[.=]})
	(( $#open )) && compadd -S '' -a open
	(( $#offered )) && compadd -a offered
	(( $#open + $#offered )) || _files
}
compdef _elastrain elastrain
`,
	"fish": `function __elastrain
	set -l words (commandline -opc) (commandline -ct)
	$words[1] complete -- $words[2..-1] 2>/dev/null
end
complete -c elastrain -a '(__elastrain)'
`,
}

func (c *completionCommand) Run(s *session) error {
	if s.JSON {
		return s.Object(map[string]string{"shell": c.Shell, "text": completions[c.Shell]})
	}
	_, err := io.WriteString(s.Out, completions[c.Shell])
	return err
}

type completeCommand struct {
	Words []string `arg:"" optional:"" help:"The words so far; the last one is unfinished."`
}

func (c *completeCommand) Run(s *session) error {
	parser, err := newParser(new(app), io.Discard, io.Discard, func(int) {})
	if err != nil {
		return err
	}
	offered := offer(parser.Model, c.Words)
	if s.JSON {
		return s.Object(map[string][]string{"words": offered})
	}
	for _, word := range offered {
		fmt.Fprintln(s.Out, word)
	}
	return nil
}

// offer lists what the last of some words may become. Nothing means that only a
// file name can stand there.
func offer(model *kong.Application, words []string) []string {
	if len(words) == 0 {
		words = []string{""}
	}
	before, word := words[:len(words)-1], words[len(words)-1]
	a := sorted(model, before)
	offered := []string{}
	add := func(list ...string) {
		for _, w := range list {
			if w != "" && strings.HasPrefix(w, word) {
				offered = append(offered, w)
			}
		}
	}
	if n := len(before); n > 0 && a.values(before[n-1]) == 1 {
		if f := a.flag(before[n-1]); f != nil && f.Enum != "" {
			add(strings.Split(f.Enum, ",")...)
		}
		return offered
	}
	if strings.HasPrefix(word, "-") {
		for _, group := range a.node.AllFlags(true) {
			for _, f := range group {
				add("--" + f.Name)
			}
		}
		return offered
	}
	if len(a.commands) > 0 && a.commands[0] == "help" {
		a = sorted(model, a.positional)
	}
	if len(a.positional) == 0 {
		for _, child := range a.node.Children {
			if !child.Hidden {
				add(child.Name)
			}
		}
		for _, p := range a.node.Positional[:min(1, len(a.node.Positional))] {
			add(strings.Split(p.Enum, ",")...)
		}
		switch a.node.Name {
		case "new":
			add(examples.Names()...)
		case "explain":
			add(spec.Codes()...)
			add(keys(word, "")...)
		}
	} else if a.changes() {
		add(keys(word, "=")...)
	}
	return offered
}

// flag is the flag that a word names, or nil.
func (a *arguments) flag(word string) *kong.Flag {
	for _, group := range a.groups() {
		for _, f := range group {
			if word == "--"+f.Name || f.Short != 0 && word == "-"+string(f.Short) {
				return f
			}
		}
	}
	return nil
}

// schemaNode is what completion reads of the JSON Schema of experiment files.
type schemaNode struct {
	Properties map[string]*schemaNode `json:"properties"`
	Enum       []any                  `json:"enum"`
	Type       any                    `json:"type"`
}

// keys lists the keys of experiment files that a word may become, each with an
// end after it, and sections with a point; after key= the words of that key.
func keys(word, end string) (list []string) {
	var at schemaNode
	if err := json.Unmarshal(spec.Schema(), &at); err != nil {
		return nil
	}
	path, value, valued := strings.Cut(word, "=")
	parts := strings.Split(path, ".")
	if !valued {
		parts = parts[:len(parts)-1] // the last is unfinished
	}
	node := &at
	for _, part := range parts {
		if node = node.Properties[part]; node == nil {
			return nil
		}
	}
	if valued {
		if node.Type == "boolean" {
			node.Enum = []any{true, false}
		}
		for _, v := range node.Enum {
			if text := fmt.Sprint(v); strings.HasPrefix(text, value) {
				list = append(list, path+"="+text)
			}
		}
		return list
	}
	prefix := strings.Join(append(parts, ""), ".")
	for name, inside := range node.Properties {
		if inside.Properties != nil {
			list = append(list, prefix+name+".")
		} else {
			list = append(list, prefix+name+end)
		}
	}
	slices.Sort(list)
	return list
}
