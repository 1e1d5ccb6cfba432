package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func model(t *testing.T) *kong.Application {
	t.Helper()
	parser, err := newParser(new(app), io.Discard, io.Discard, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	return parser.Model
}

// Flags, the file and the changes to it may stand in any order.
func TestWordsOfACommandLine(t *testing.T) {
	m := model(t)
	for given, want := range map[string]string{
		"":                                     "--help",
		"help":                                 "--help",
		"help lab train":                       "lab train --help",
		"--version":                            "version",
		"train --version --out r":              "version",
		"--json --version":                     "version --json",
		"train a.yaml seed=1":                  "train a.yaml seed=1",
		"seed=1 train a.yaml":                  "train a.yaml seed=1",
		"a[1].b=2 lab train a.yaml":            "lab train a.yaml a[1].b=2",
		"train a.yaml x=5 --out r seed=2":      "train --out r a.yaml x=5 seed=2",
		"train seed=1 -q a.yaml x=2":           "train -q a.yaml seed=1 x=2",
		"train --out=r seed=1 a.yaml":          "train --out=r a.yaml seed=1",
		"train a[1].b-c=2 a.yaml":              "train a.yaml a[1].b-c=2",
		"train a=b.yaml seed=1":                "train a=b.yaml seed=1",
		"--json train a.yaml":                  "train --json a.yaml",
		"train -- a.yaml --odd":                "train -- a.yaml --odd",
		"lab train a.yaml --out o lab.steps=2": "lab train --out o a.yaml lab.steps=2",
		"show -":                               "show -",
		"show a.yaml -o - k=1":                 "show -o - a.yaml k=1",
		"show a.yaml -of.svg k=1":              "show -of.svg a.yaml k=1",
		"retrain r@seed=7 --task t.yaml x=1":   "retrain --task t.yaml r@seed=7 x=1",
		"retrain x=1 r@seed=7 --task t.yaml":   "retrain --task t.yaml r@seed=7 x=1",
		"eval train":                           "eval train",
		"eval a=1 b":                           "eval a=1 b",
		"train --out":                          "train --out",
	} {
		a := sorted(m, strings.Fields(given))
		if got := strings.Join(a.words(), " "); got != want {
			t.Errorf("%q is read as %q, want %q", given, got, want)
		}
	}
}

// What is offered after words, for every kind of word.
func TestOffers(t *testing.T) {
	m := model(t)
	for _, tt := range []struct {
		words []string
		want  []string // among the offers; none: no offer, so that the shell offers files
	}{
		{[]string{"tr"}, []string{"train"}},
		{[]string{""}, []string{"lab", "completion", "help"}},
		{[]string{"lab", "t"}, []string{"train", "tracks"}},
		{[]string{"help", "lab", "tr"}, []string{"train", "tracks"}},
		{[]string{"train", ""}, nil},
		{[]string{"train", "a.yaml", "--out", ""}, nil},
		{[]string{"train", "a.yaml", "learn.r"}, []string{"learn.rate=", "learn.rule="}},
		{[]string{"train", "a.yaml", "lea"}, []string{"learn."}},
		{[]string{"train", "a.yaml", "learn.method=l"}, []string{"learn.method=l-bfgs", "learn.method=levenberg-marquardt", "learn.method=levels-search"}},
		{[]string{"train", "a.yaml", "task.stratify="}, []string{"task.stratify=true"}},
		{[]string{"train", "a.yaml", "nothing.x"}, nil},
		{[]string{"train", "--sol"}, []string{"--solver"}},
		{[]string{"train", "--solver", "s"}, []string{"sparse"}},
		{[]string{"new", "ir"}, []string{"iris"}},
		{[]string{"explain", "E031"}, []string{"E0312"}},
		{[]string{"explain", "learn.ra"}, []string{"learn.rate"}},
		{[]string{"completion", "z"}, []string{"zsh"}},
	} {
		got := offer(m, tt.words)
		for _, want := range tt.want {
			if !slices.Contains(got, want) {
				t.Errorf("after %q %q is not offered: %q", tt.words, want, got)
			}
		}
		if len(tt.want) == 0 && len(got) > 0 {
			t.Errorf("after %q there is %q", tt.words, got)
		}
		for _, word := range got {
			if !strings.HasPrefix(word, tt.words[len(tt.words)-1]) {
				t.Errorf("%q is offered for %q", word, tt.words)
			}
		}
	}
}

// The scripts do in each shell that is here what the program offers.
func TestCompletionInShells(t *testing.T) {
	dir := t.TempDir()
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "elastrain")
	if err := os.Symlink(me, program); err != nil { // the test binary is the program under this name
		t.Skip(err)
	}
	for shell, ask := range map[string]string{
		"bash": `source ./script; compopt() { :; }
COMP_LINE="elastrain train a.yaml learn.method=leven" COMP_POINT=100 COMP_WORDBREAKS="="; _elastrain; echo "${COMPREPLY[0]}"
COMP_LINE="elastrain lab tra" COMP_POINT=100; _elastrain; echo "${COMPREPLY[@]}"`,
		"zsh": `compdef() { :; }; compadd() { [[ $1 = -S ]] && shift 2; echo ${(P)2}; }; source ./script
words=(elastrain train a.yaml learn.method=leven) CURRENT=4; _elastrain
words=(elastrain lab tra) CURRENT=3; _elastrain`,
		"fish": `source ./script; complete -C "elastrain train a.yaml learn.method=leven"; complete -C "elastrain lab tra"`,
	} {
		path, err := exec.LookPath(shell)
		if err != nil {
			t.Logf("there is no %s here", shell)
			continue
		}
		var script, errs bytes.Buffer
		if code := Main([]string{"completion", shell}, nil, &script, &errs); code != 0 {
			t.Fatal(errs.String())
		}
		if err := os.WriteFile(filepath.Join(dir, "script"), script.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		command := exec.Command(path, "-c", ask)
		command.Dir = dir
		command.Env = append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"), "HOME="+dir)
		text, err := command.CombinedOutput()
		words := strings.Fields(string(text))
		if err != nil || len(words) < 3 || !strings.HasSuffix(words[0], "levenberg-marquardt") || !slices.Contains(words, "train") || !slices.Contains(words, "tracks") {
			t.Errorf("%s: %v\n%s", shell, err, text)
		}
	}
}
