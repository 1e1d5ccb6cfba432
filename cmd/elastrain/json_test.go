package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/elastrain/elastrain/examples"
)

// goWords are what a user never needs to read: words of Go and its libraries.
var goWords = regexp.MustCompile(`goroutine|panic:|runtime error|(^|\s|")json: |strconv\.|\*os\.|\*fs\.|reflect\.|unmarshal|invalid character|<nil>|%!|0xc0|interface \{\}|(^|\s|")yaml: |exec: |fork/exec|math/big|\[\]byte`)

// notNumbers are what no result and no message may say of a number.
var notNumbers = regexp.MustCompile(`(^|[^\w"\x60\\=])[+-]?(NaN|Inf)\b`)

var exitCodes = []int{0, 1, 2, 3, 4, 5, 75, 130}

// judgements counts the commands that were judged.
var judgements int

// judged runs a command with --json and returns what is wrong with what it says:
// one object on stdout whatever happens, all numbers finite, an exit code that is
// documented and stands in the object, no words of Go.
func judged(args ...string) (code int, wrong []string) {
	judgements++
	var out, errs bytes.Buffer
	report := func(format string, a ...any) { wrong = append(wrong, fmt.Sprintf(format, a...)) }
	func() {
		defer func() {
			if p := recover(); p != nil {
				report("panic: %v\n%s", p, debug.Stack())
			}
		}()
		code = Main(append([]string{"--json"}, args...), strings.NewReader(""), &out, &errs)
	}()
	if !slices.Contains(exitCodes, code) {
		report("exit code %d", code)
	}
	d := json.NewDecoder(bytes.NewReader(out.Bytes()))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		report("stdout holds no object: %v: %.200q", err, out.String())
	} else if _, err := d.Token(); err != io.EOF {
		report("more than an object: %.200q", out.String())
	}
	failure, failed := object["error"].(map[string]any)
	switch {
	case code == 0 && failed:
		report("an error, and exit code 0")
	case code > 1 && !failed:
		report("exit code %d and no error object", code)
	case failed:
		if fmt.Sprint(failure["exit_code"]) != fmt.Sprint(code) || failure["message"] == "" {
			report("exit code %d and the error %v", code, failure)
		}
		if _, ok := failure["places"].([]any); !ok {
			report("no list of places")
		}
	}
	finite(object, "", report)
	for _, text := range []string{errs.String(), out.String()} {
		if w := goWords.FindString(text); w != "" && args[0] != "schema" {
			report("%q in %.300q", w, text[max(0, strings.Index(text, w)-100):])
		}
		if w := notNumbers.FindString(text); w != "" && args[0] != "explain" {
			report("%q in %.300q", w, text[max(0, strings.Index(text, w)-100):])
		}
	}
	return code, wrong
}

// judgedText runs a command as people do and returns what is wrong with its words.
func judgedText(args ...string) (wrong []string) {
	var out, errs bytes.Buffer
	code := Main(args, strings.NewReader(""), &out, &errs)
	for _, text := range []string{errs.String(), out.String()} {
		for _, pattern := range []*regexp.Regexp{goWords, notNumbers} {
			if at := pattern.FindStringIndex(text); at != nil {
				wrong = append(wrong, fmt.Sprintf("exit code %d, and %.300q", code, text[max(0, at[0]-100):]))
			}
		}
	}
	return wrong
}

// finite reports numbers that no float64 holds.
func finite(v any, path string, report func(string, ...any)) {
	switch v := v.(type) {
	case map[string]any:
		for key, inside := range v {
			finite(inside, path+"."+key, report)
		}
	case []any:
		for i, inside := range v {
			finite(inside, fmt.Sprintf("%s[%d]", path, i+1), report)
		}
	case json.Number:
		if f, err := v.Float64(); err != nil || math.IsInf(f, 0) {
			report("%s is %s", path, v)
		}
	}
}

// long reports whether everything is to be run: ELASTRAIN_LONG=1 go test ./cmd/elastrain -run JSON
func long() bool { return os.Getenv("ELASTRAIN_LONG") != "" }

// some picks a share of a long list that is the same each time; all of it with ELASTRAIN_LONG.
func some(share uint32, words ...string) bool {
	h := fnv.New32a()
	fmt.Fprint(h, words)
	return long() || h.Sum32()%share == 0
}

// extremes are changes that put quantities at the ends of what a float64 holds.
var extremes = map[string][]string{
	"behaviour": {
		"task.cases[1].push[1].force=1e200 N", "task.cases[1].push[1].force=1e308 N", "task.cases[1].push[1].force=1e-308 N", "task.cases[1].push[1].force=0 N",
		"task.cases[1].want[1].move=1e308 m", "task.cases[1].want[1].move=1e200 m", "task.cases[1].want[1].move=1e-308 m",
		"network.spacing=1e308 m", "network.spacing=1e200 m", "network.spacing=1e-200 m", "network.spacing=1e-308 m",
		"bonds={stiffness: 1e-308..1e308 N/m}", "bonds={stiffness: 1e300..1e308 N/m}", "bonds={stiffness: 1e-308..1e-300 N/m}", "bonds={stiffness: 1e-12..1e12 N/m, start: 1 N/m}",
		"bonds.width=1e-300..1e300 m", "material.young=1e308 Pa", "material.thickness=1e-308 m",
		"learn.rate=1e308", "learn={method: adam, rate: 1e300, epochs: 3}", "learn={method: gradient-descent, rate: 1e308, epochs: 3}",
		"learn={method: momentum, rate: 1e308, epochs: 3}", "learn={method: frank-wolfe, epochs: 3}", "learn={method: levenberg-marquardt, epochs: 3}",
		"learn.stop.loss=1e-308", "learn.epochs=0",
	},
	"chain":      {"task.cases[1].push[1].force=1e308 N", "task.cases[1].push[1].force=1e-308 N", "bonds={stiffness: 1e-308..1e308 N/m}", "network.spacing=1e-308 m", "network.size=1000"},
	"iris":       {"task.sharpness=1e308 /m", "task.loss=hinge", "task.loss=cross-entropy", "task.noise=1e300 m", "task.inputs[1].force=1e308 N", "task.inputs[1].force=1e-308 N", "seed=9", "task.split=99 %"},
	"regression": {"task.inputs[1].force=1e308 N", "task.noise=1e308 m", "task.samples=1", "learn.epochs=0"},
	"lab-behaviour": {
		"lab.twin.noise=1e300 m", "lab.twin.scatter=99 %", "lab.twin.creep=99 %", "lab.twin.quantum=1e-308 N", "lab.twin.quantum=1e308 N", "lab.limits.force=1e-308 N",
		"lab.protocol.adjoint=1e308 N", "lab.protocol.adjoint=1e-308 N", "lab.photo.diameter=1e-308 m", "task.cases[1].push[1].force=1e200 N", "lab.steps=0",
	},
	"explicit": {"bonds.stiffness=1e-308..1e308 N/m", "supports.springs[1].stiffness=1e308 N/m"},
	"truss3d":  {"learn.epochs=1", "bonds.stiffness=1e307..1e308 N/m"},
}

// specCommands are commands on an experiment file; %s is the file and what was changed.
var specCommands = []string{
	"check %s", "show %s -o x.svg", "show %s -o -", "show %s --color force -o x.png", "show %s --color gradient -o x.svg", "show %s --color elongation --labels -o x.svg",
	"gradient %s", "gradient %s --check", "solve %s", "solve %s --path", "train %s --out run --no-figures", "train %s", "ports %s --tries 2", "ports %s --tries 2 -o /dev/full",
	"lab check %s", "lab plan %s", "lab plan %s --html cards.html", "lab sheet %s", "lab train %s --out session", "lab driver-test %s", "lab see photo.jpg --spec %s", "lab tracks spots.csv --unit mm --spec %s",
}

// runCommands are commands on a directory.
var runCommands = []string{
	"eval %s", "eval %s --rows", "eval %s --data new.csv", "show %s -o x.svg", "gradient %s", "solve %s", "retrain %s --task chain.yaml --out again --no-figures", "damage %s --cut 1", "damage %s --cut 99", "damage %s --each --cut-only", "damage %s --cut 3 --retrain --out cut --no-figures",
	"lab replay %s", "lab identify %s", "lab identify %s --passport found.yaml", "lab predict %s --passport part.yaml --specimens 39", "lab stop %s", "lab abort %s",
}

// walk runs commands on a subject and what they left, in a directory of its own.
func walk(t *testing.T, subject string, templates []string, share uint32) {
	t.Helper()
	for _, template := range templates {
		if !some(share, subject, template) {
			continue
		}
		words := split2(template, subject)
		if code, wrong := judged(words...); len(wrong) > 0 {
			t.Errorf("%s: exit code %d\n  %s", strings.Join(words, " "), code, strings.Join(wrong, "\n  "))
		}
		if some(2, subject, template, "text") {
			if wrong := judgedText(words...); len(wrong) > 0 {
				t.Errorf("%s, for people:\n  %s", strings.Join(words, " "), strings.Join(wrong, "\n  "))
			}
		}
		if words[0] == "train" && slices.Contains(words, "run") || words[0] == "lab" && slices.Contains(words, "session") {
			dir := words[slices.Index(words, "--out")+1]
			if _, err := os.Stat(dir); err == nil {
				walk(t, dir, runCommands, share)
			}
		}
	}
	for _, dir := range []string{"run", "session", "again", "cut", "runs"} {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
}

// split2 puts the words of a subject, parted by |, into a template.
func split2(template, subject string) (words []string) {
	for w := range strings.FieldsSeq(template) {
		if w == "%s" {
			words = append(words, strings.Split(subject, "|")...)
		} else {
			words = append(words, w)
		}
	}
	return words
}

// jsonStage is a directory with what the commands of this test read.
func jsonStage(t *testing.T) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Chdir(t.TempDir())
	for _, name := range examples.Names() {
		text, _ := examples.Text(name)
		write(t, name+".yaml", text)
	}
	for _, f := range examples.Files() {
		text, _ := examples.Content(f.Name)
		write(t, f.Name, text)
	}
	photo, err := os.ReadFile(filepath.Join(root, "docs/images/lab-photo.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, "photo.jpg", photo)
	text, _ := examples.Content("unseen.csv")
	write(t, "new.csv", text)
	spots(t)
	for from, to := range map[string]string{"spec/testdata": "specs", "experiment/testdata": "experiments", "cmd/elastrain/testdata/script": "scripts"} {
		if err := os.CopyFS(to, os.DirFS(filepath.Join(root, from))); err != nil {
			t.Fatal(err)
		}
	}
}

func write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o666); err != nil {
		t.Fatal(err)
	}
}

// Every command prints one object under --json, whatever file it is given: the
// failing cases of all test data, files that are none, and quantities at the ends
// of what a number holds.
func TestJSONOfFiles(t *testing.T) {
	jsonStage(t)
	defer func(before int) { t.Logf("%d commands", judgements-before) }(judgements)
	write(t, "empty.yaml", nil)
	write(t, "binary.yaml", bytes.Repeat([]byte{0xff, 0, 7}, 100))
	write(t, "nan.csv", []byte("sepal length,sepal width,petal length,petal width,species\n1,NaN,1e308,1e-308,setosa\n1e308,1e308,Inf,2,virginica\n"))
	write(t, "huge.csv", []byte("sepal length,sepal width,petal length,petal width,species\n1e308,1,1e308,1e-308,setosa\n-1e308,1e308,1,2,virginica\n1,-1e308,3,2,versicolor\n1,2,3,2,versicolor\n"))
	var subjects []string
	for _, pattern := range []string{"specs/*/*.yaml", "specs/*.yaml", "experiments/*/*.yaml", "experiments/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		subjects = append(subjects, files...)
	}
	if len(subjects) < 50 {
		t.Fatalf("only %d files in testdata", len(subjects))
	}
	scripts, err := filepath.Glob("scripts/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for i, part := range strings.Split(string(text), "\n-- ") {
			name, body, ok := strings.Cut(part, " --\n")
			if i > 0 && ok && strings.HasSuffix(name, ".yaml") {
				name = strings.TrimSuffix(filepath.Base(script), ".txt") + "-" + strings.ReplaceAll(name, "/", "-")
				write(t, name, []byte(body))
				subject := name + "|learn.epochs=2" // one trains for ever, to be interrupted
				if strings.Contains(body, "bench: folder") {
					subject += "|lab.bench=twin" // nobody answers its orders here
				}
				subjects = append(subjects, subject)
			}
		}
	}
	subjects = append(subjects, "missing.yaml", ".", "empty.yaml", "binary.yaml", "spots.csv", "photo.jpg/below", "-",
		"flowers.yaml|task.data=nan.csv", "flowers.yaml|task.data=huge.csv", "flowers.yaml|task.data=missing.csv", "flowers.yaml|task.data=photo.jpg", "chain.yaml|seed", "chain.yaml|nothing=1", "chain.yaml|seed=NaN", "chain.yaml|learn.rate=.inf",
		"two-bars.yaml", "two-bars.yaml|lab.command=[false]", "two-bars.yaml|lab.command=[nothing-of-this-name]")
	folders := map[string][]string{}
	for _, subject := range subjects {
		folder := filepath.ToSlash(filepath.Dir(strings.Split(subject, "|")[0]))
		folders[folder] = append(folders[folder], subject)
	}
	for folder, subjects := range folders {
		t.Run("files "+strings.ReplaceAll(folder, "/", " "), func(t *testing.T) {
			for _, subject := range subjects {
				walk(t, subject, specCommands, 60)
			}
		})
	}
	for name, changes := range extremes {
		t.Run(name, func(t *testing.T) {
			walk(t, name+".yaml|learn.epochs=2", specCommands, 20)
			for _, change := range changes {
				subject := name + ".yaml|" + change
				if !strings.HasPrefix(change, "learn") {
					subject += "|learn.epochs=2"
				}
				if strings.HasPrefix(name, "lab-") && change != "lab.steps=0" {
					subject += "|lab.steps=1"
				}
				walk(t, subject, specCommands, 30)
			}
		})
	}
}

// Commands without a file speak as well, also about flags that they do not know.
func TestJSONOfWords(t *testing.T) {
	jsonStage(t)
	for _, line := range []string{"", "help", "help train", "help nothing", "--version", "version", "version x", "new", "new --list", "new iris", "new nothing", "new flowers.csv", "explain", "explain E0312", "explain learn.rate",
		"explain units", "explain nothing", "schema", "schema x", "completion bash", "completion tcsh", "complete -- tr", "complete", "trian", "train", "train --bogus", "train a b c", "lab", "lab nothing", "eval", "eval x --rows=3", "show chain.yaml --sample 0",
		"show chain.yaml --sample x", "show chain.yaml --width -1", "show chain.yaml --width 1e308", "show chain.yaml -o x.pdf", "show chain.yaml -o /dev/full", "show chain.yaml -o missing/a/b.svg", "show chain.yaml -o .",
		"gradient chain.yaml --sample 99999999999", "gradient chain.yaml --threads -1", "check chain.yaml --memory 3", "check chain.yaml --memory 1kB", "check large-lattice.yaml --memory 10MB", "check chain.yaml --solver x",
		"ports iris.yaml --tries 1", "ports chain.yaml --tries 2", "damage chain.yaml --each", "damage . --cut 1,x", "damage . --cut 1", "retrain chain.yaml", "retrain . --task chain.yaml",
		"reproduce --only 9", "reproduce --only 2 --out chain.yaml", "lab replay .", "lab identify chain.yaml", "lab predict chain.yaml", "lab predict lab-behaviour.yaml", "lab predict lab-behaviour.yaml --passport chain.yaml", "lab predict lab-behaviour.yaml --passport missing.yaml", "lab predict lab-behaviour.yaml --passport photo.jpg", "lab predict lab-behaviour.yaml --passport . --specimens 40", "lab predict lab-behaviour.yaml --specimens 3", "lab predict lab-behaviour.yaml --after -3h", "lab stop .", "lab abort missing", "lab see missing.jpg --spec lab-behaviour.yaml", "lab see chain.yaml --spec lab-behaviour.yaml",
		"lab tracks missing.csv --spec chain.yaml --unit mm", "lab tracks spots.csv --spec lab-behaviour.yaml --unit x", "lab tracks spots.csv --spec lab-behaviour.yaml --unit 1e308m", "lab tracks spots.csv --spec lab-behaviour.yaml --unit mm --gate 1e308",
		"lab plan lab-behaviour.yaml --noise 1e308", "lab plan lab-behaviour.yaml --html /dev/full", "lab train -", "train chain.yaml --out /dev/null/x", "train chain.yaml --out photo.jpg"} {
		if code, wrong := judged(strings.Fields(line)...); len(wrong) > 0 {
			t.Errorf("elastrain %s: exit code %d\n  %s", line, code, strings.Join(wrong, "\n  "))
		}
	}
}

// judged finds what it is to find.
func TestJudgeJudges(t *testing.T) {
	for text, bad := range map[string]bool{"strconv.ParseFloat: x": true, "panic: x": true, "loss NaN": true, "+Inf mm": true, "information": false, "json files": false} {
		if got := goWords.MatchString(text) || notNumbers.MatchString(text); got != bad {
			t.Errorf("%q is judged %v", text, got)
		}
	}
	var said []string
	finite(map[string]any{"a": []any{json.Number("1e999")}}, "", func(format string, a ...any) { said = append(said, fmt.Sprintf(format, a...)) })
	if len(said) != 1 || said[0] != ".a[1] is 1e999" {
		t.Errorf("%q", said)
	}
}
