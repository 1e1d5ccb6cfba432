package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/elastrain/elastrain/studio/page"
)

// A document that shows a command promises that it runs. All of them run here:
// those in the blocks of the README and of every page below docs, in the help of
// every command and in the comments of the examples, page by page in the order
// in which they stand, in a directory that holds what the pages presume.

// shortened are changes to commands that take long, as they stand in the page,
// each with the reason. An empty short form is only parsed; ELASTRAIN_LONG=1
// runs everything as it stands.
var shortened = []struct{ page, command, short, reason string }{
	{"", "elastrain reproduce", "elastrain reproduce --only 2", "all figures take a minute; package paper tests them"},
	{"", "elastrain reproduce --json", "elastrain reproduce --json --only 2", "all figures take a minute; package paper tests them"},
	{"", "elastrain reproduce --only records", "", "trainings of half a minute; package bench/records tests it"},
	{"", "elastrain train examples/large-lattice.yaml", "", "268 801 bonds take half a minute; package examples trains some epochs"},
	{"", "elastrain check examples/large-lattice.yaml", "", "a step of it is measured, which takes seconds; package examples trains it"},
	{"docs/how-to-large-lattices.md", "network.size=707 x 707", "", "a million unknowns take minutes and 3 GB"},
	{"", "elastrain ports iris.yaml", "elastrain ports iris.yaml --tries 20", "600 sets take seconds"},
	{"", "elastrain ports iris.yaml --tries 3000 -o best.yaml", "elastrain ports iris.yaml --tries 20 -o best.yaml", "3000 sets take seconds"},
	{"examples/iris.yaml", "elastrain ports examples/iris.yaml --tries 4000 --keep-complement", "elastrain ports examples/iris.yaml --tries 20 --keep-complement", "4000 sets take seconds"},
	{"", "elastrain damage runs/iris --each --reread", "", "outputs are searched anew after each of 28 cuts; package run tests it"},
	{"", "elastrain ports examples/iris.yaml", "elastrain ports examples/iris.yaml --tries 20", "600 sets take seconds"},
	{"docs/how-to-elements.md", "elastrain train frame.yaml", "elastrain train frame.yaml", "as it stands: it is quick, and its directory is shown and damaged"},
	{"", "elastrain sequence examples/sequence-wine.yaml examples/sequence-iris.yaml examples/sequence-wine.yaml examples/sequence-iris.yaml examples/sequence-wine.yaml --seeds 20", "elastrain sequence examples/sequence-wine.yaml examples/sequence-iris.yaml examples/sequence-wine.yaml examples/sequence-iris.yaml examples/sequence-wine.yaml --seeds 1", "20 seeds take seconds"},
	{"", "elastrain sequence examples/sequence-wine.yaml examples/sequence-iris.yaml --turns 300 --seeds 20 -o both", "elastrain sequence examples/sequence-wine.yaml examples/sequence-iris.yaml --turns 300 --seeds 1 -o both", "20 seeds take seconds"},
	{"docs/benchmarks.md", "elastrain sweep examples/li-mao-2024/iris.yaml seed=1..10000", "elastrain sweep examples/li-mao-2024/iris.yaml seed=1..20", "10 000 trainings take seconds"},
	{"docs/how-to-cluster.md", "elastrain sweep iris.yaml learn.method=adam learn.rate=1e-3..1e-1/20 seed=1..10 -o rates", "elastrain sweep iris.yaml learn.epochs=3 learn.method=adam learn.rate=1e-3..1e-1/3 seed=1..2 -o rates", "200 trainings take seconds"},
	{"docs/how-to-cluster.md", "--slurm partition=short,time=1:00:00,jobs=8", "", "it needs a queue; package bench/cluster runs it under one"},
	{"docs/how-to-cluster.md", "elastrain train mine.yaml --threads 2 &", "elastrain train mine.yaml", "it stands in a script for a queue; package bench/cluster runs it under one"},
	{"examples/gel.yaml", "elastrain autonomous examples/gel.yaml --shown 150 --temperature '300 K' --readings 64 --relaxation 0.002", "elastrain autonomous examples/gel.yaml --shown 5 --temperature '300 K' --readings 64 --relaxation 0.002", "150 samples shown at 64 readings take half a minute; package autonomous tests what they come to"},
	{"", "elastrain rules examples/lab-behaviour.yaml --twin --seeds 2", "elastrain rules examples/lab-behaviour.yaml --twin --seeds 2 --loads 40", "all loads of every rule take seconds; package rules tests them"},
	{"", "elastrain bound runs/levels --whole", "elastrain bound runs/levels --whole --boxes 2000", "all boxes take seconds; package learn/bound tests them"},
	{"examples/lab-iris.yaml", "elastrain lab train examples/lab-iris.yaml", "elastrain lab train examples/lab-iris.yaml lab.steps=2", "all steps take seconds"},
}

// unlike0 are commands that are to end with another exit code than 0.
var unlike0 = []struct {
	command string
	code    int
	reason  string
}{
	{"elastrain lab check mine.yaml lab.bench=twin lab.twin.creep=20%", 1, "it shows what a lattice that creeps looks like, and such a lattice is not fit"},
	{"elastrain lab trust rig.yaml", 2, "it shows what would be started, and nobody is there to agree"},
}

// command is a line of a document.
type documented struct{ page, line string }

var (
	fence   = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```")
	comment = regexp.MustCompile(`\s+#.*$|\s{2,}\S.*$`)
)

// commands lists the command lines of a text: lines that begin with elastrain
// once a prompt or a comment sign is off. What follows two blanks or a # is a
// remark; a backslash joins lines.
func commands(page, text string) (list []documented) {
	text = regexp.MustCompile(`\s*\\\n[#\s]*`).ReplaceAllString(text, " ")
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(strings.TrimLeft(line, "#$ \t"))
		line = strings.Replace(line, "go run ./cmd/elastrain ", "elastrain ", 1)
		if !strings.HasPrefix(line, "elastrain ") {
			continue
		}
		var b strings.Builder // quoted words may hold what would be a remark outside
		for rest := line; rest != ""; {
			i := strings.IndexAny(rest, `"'`)
			if i < 0 || strings.IndexByte(rest[i+1:], rest[i]) < 0 {
				b.WriteString(comment.ReplaceAllString(rest, ""))
				break
			}
			if plain := comment.ReplaceAllString(rest[:i], ""); len(plain) < len(strings.TrimRight(rest[:i], " ")) {
				b.WriteString(plain)
				break
			}
			end := i + 1 + strings.IndexByte(rest[i+1:], rest[i]) + 1
			b.WriteString(regexp.MustCompile(`\s+`).ReplaceAllString(rest[:i], " ") + rest[i:end])
			rest = rest[end:]
		}
		list = append(list, documented{page, strings.TrimSpace(b.String())})
	}
	return list
}

// pages are all documents with commands.
func pages(t *testing.T) map[string][]documented {
	t.Helper()
	all := map[string][]documented{}
	read := func(pattern string, blocks func(string) string) {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files, %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			page := strings.TrimPrefix(filepath.ToSlash(file), "../../")
			if list := commands(page, blocks(string(text))); len(list) > 0 {
				all[page] = list
			}
		}
	}
	markdown := func(text string) string {
		var blocks strings.Builder
		for _, m := range fence.FindAllStringSubmatch(text, -1) {
			blocks.WriteString(m[2])
		}
		for line := range strings.Lines(fence.ReplaceAllString(text, "")) {
			if strings.HasPrefix(line, "    ") {
				blocks.WriteString(line)
			}
		}
		return blocks.String()
	}
	read("../../*.md", markdown)
	read("../../docs/*.md", markdown)
	read("../../examples/*.yaml", func(text string) string { return text })
	read("../../examples/li-mao-2024/*.yaml", func(text string) string { return text })
	var visit func(n *kong.Node)
	visit = func(n *kong.Node) {
		page := "help of " + n.FullPath()
		if list := commands(page, n.Detail); len(list) > 0 {
			all[page] = list
		} else if !n.Hidden {
			t.Errorf("%s has no example", page)
		}
		for _, child := range n.Children {
			visit(child)
		}
	}
	m := model(t)
	m.Detail += m.Help
	visit(m.Node)
	return all
}

// split takes a command line apart as a shell does: quotes, patterns of file
// names, and a file that takes the output.
func split(line string) (words []string, into string) {
	var word strings.Builder
	quote, open := rune(0), false
	for _, r := range line + " " {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, open = r, true
		case r == ' ':
			if word.Len() > 0 || open {
				words = append(words, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteRune(r)
		}
	}
	if n := len(words); n > 2 && words[n-2] == ">" {
		words, into = words[:n-2], strings.Replace(words[n-1], "~/", "", 1)
	}
	var expanded []string
	for _, w := range words {
		if files, _ := filepath.Glob(w); strings.ContainsAny(w, "*") && len(files) > 0 { // as a shell, which keeps what matches nothing
			expanded = append(expanded, files...)
		} else {
			expanded = append(expanded, w)
		}
	}
	return expanded, into
}

// shortForm is the form in which a command runs here; ok is false where it is only parsed.
func shortForm(c documented) (line string, ok bool) {
	if strings.HasPrefix(c.line, "elastrain studio") {
		return "", false // it ends when somebody ends it; studio_test.go does
	}
	if os.Getenv("ELASTRAIN_LONG") != "" {
		return c.line, true
	}
	if strings.HasPrefix(c.line, "elastrain share") && !page.HasShared() {
		return "", false // the page is not built in
	}
	for _, s := range shortened {
		if (s.page == "" || s.page == c.page) && (s.command == c.line || strings.Contains(c.line, s.command) && s.short == "") {
			return s.short, s.short != ""
		}
	}
	words := strings.Fields(c.line)
	for _, word := range words {
		folder, name := filepath.Split(word)
		if folder != "examples/" && folder != "runs/" {
			continue
		}
		if setOf(filepath.Join("examples", strings.TrimSuffix(name, ".yaml")+".yaml")) != "" {
			return "", false // its data may not be here, and take long
		}
	}
	if c.page != "README.md" && strings.HasPrefix(c.line, "elastrain lab train") && !strings.Contains(c.line, "lab.steps=") {
		return c.line + " lab.steps=2", true
	}
	if c.page != "README.md" && len(words) > 2 && slices.Contains([]string{"train", "retrain"}, words[1]) {
		line = c.line + " --no-figures" // pictures take most of the time of a short training, and the README's are drawn
		if !strings.Contains(c.line, "learn.epochs=") {
			line += " learn.epochs=3"
		}
		return line, true
	}
	return c.line, true
}

// perform runs a command line in the directory it is in and returns the exit code.
func perform(t *testing.T, line string) (code int, errs string) {
	t.Helper()
	words, into := split(line)
	var out, said bytes.Buffer
	code = Main(words[1:], strings.NewReader(""), &out, &said)
	if into != "" && code == 0 {
		if err := os.MkdirAll(filepath.Dir(into), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(into, out.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return code, said.String()
}

// Every command of every document runs.
func TestCommandsOfDocuments(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir()) // what is trusted
	all := pages(t)
	stage := stage(t)
	seen := map[string]bool{}
	for page, list := range all {
		t.Run(page, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(stage)); err != nil {
				t.Fatal(err)
			}
			t.Chdir(dir)
			if page == "README.md" { // it makes its own
				if err := os.RemoveAll("runs"); err != nil {
					t.Fatal(err)
				}
			}
			if strings.Contains(page, "elastrain lab") { // a push of 5 g, which the boxes of weights there make
				if code, errs := perform(t, "elastrain new lab-behaviour > mine.yaml"); code != 0 {
					t.Fatal(errs)
				}
			}
			for _, c := range list {
				seen[c.line] = true
				words, _ := split(c.line)
				if err := parses(words[1:]); err != nil {
					t.Errorf("%s: %v", c.line, err)
					continue
				}
				line, run := shortForm(c)
				if !run {
					continue
				}
				if strings.Contains(c.line, "rig.yaml") && !hasPython() {
					continue // the driver is a Python program
				}
				want := 0
				for _, u := range unlike0 {
					if u.command == c.line {
						want = u.code
					}
				}
				if code, errs := perform(t, line); code != want {
					t.Errorf("%s: exit code %d, want %d\n%s", line, code, want, errs)
				}
			}
			if page != "README.md" {
				return
			}
			for _, name := range []string{"runs/iris/figures/summary.png", "runs/iris/result.json", "runs/iris/damage/damage.csv", "mine.svg", "runs/iris+regression/result.json"} {
				if _, err := os.Stat(name); err != nil {
					t.Errorf("after the README: %v", err)
				}
			}
		})
	}
	for _, s := range shortened {
		found := seen[s.command]
		for line := range seen {
			found = found || s.short == "" && strings.Contains(line, s.command)
		}
		if !found || s.reason == "" {
			t.Errorf("no document says %q any longer, or there is no reason to shorten it", s.command)
		}
	}
	for _, u := range unlike0 {
		if !seen[u.command] || u.reason == "" {
			t.Errorf("no document says %q any longer", u.command)
		}
	}
	if len(seen) < 80 {
		t.Errorf("only %d commands were found", len(seen))
	}
}

// What is read out of a text, and how.
func TestCommandsAreFound(t *testing.T) {
	text := "# see\n#   elastrain train a.yaml     a remark\n$ elastrain show \"a  b.yaml\" -o x.svg  # drawn\nelastrain lab see *.none \\\n  --spec a.yaml\nthe elastrain train of it\n"
	got := commands("p", text)
	want := []string{"elastrain train a.yaml", `elastrain show "a  b.yaml" -o x.svg`, "elastrain lab see *.none --spec a.yaml"}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i, w := range want {
		if strings.Join(strings.Fields(got[i].line), " ") != strings.Join(strings.Fields(w), " ") {
			t.Errorf("%q, want %q", got[i].line, w)
		}
	}
	if words, into := split(`elastrain new "a b" > ~/c.yaml`); len(words) != 3 || words[2] != "a b" || into != "c.yaml" {
		t.Errorf("%q into %q", words, into)
	}
}
