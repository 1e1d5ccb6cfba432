package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// breaks are ways in which a file of a run ends badly.
var breaks = map[string]func(path string, text []byte) error{
	"gone":    func(path string, _ []byte) error { return os.Remove(path) },
	"empty":   func(path string, _ []byte) error { return os.WriteFile(path, nil, 0o666) },
	"half":    func(path string, text []byte) error { return os.WriteFile(path, text[:len(text)/2], 0o666) },
	"flipped": func(path string, text []byte) error { return os.WriteFile(path, flipped(text, 0x10), 0o666) },
	"a digit": func(path string, text []byte) error { return os.WriteFile(path, flipped(text, 0x01), 0o666) },
	"longer": func(path string, text []byte) error {
		return os.WriteFile(path, append(text, "{1e999 NaN\x00"...), 0o666)
	},
	"no numbers": func(path string, text []byte) error {
		return os.WriteFile(path, []byte(strings.Map(letters, string(text))), 0o666)
	},
	"directory": func(path string, _ []byte) error {
		if err := os.Remove(path); err != nil {
			return err
		}
		return os.Mkdir(path, 0o777)
	},
}

func flipped(text []byte, bit byte) []byte {
	text = append([]byte(nil), text...)
	if len(text) > 0 {
		text[len(text)/2] ^= bit
	}
	return text
}

func letters(r rune) rune {
	if r >= '0' && r <= '9' {
		return 'x'
	}
	return r
}

// However a file of a run or of a session is damaged, every command that opens it
// prints one object under --json: a result, or an error with its code.
func TestJSONOfBrokenRuns(t *testing.T) {
	jsonStage(t)
	defer func(before int) { t.Logf("%d commands", judgements-before) }(judgements)
	for _, made := range []struct{ dir, make string }{
		{"good-iris", "train iris.yaml learn.epochs=2 --no-figures --out good-iris"},
		{"good-flowers", "train flowers.yaml learn.epochs=2 --no-figures --out good-flowers"},
		{"good-chain", "train chain.yaml learn.epochs=2 --no-figures --out good-chain"},
		{"good-lab", "lab train lab-behaviour.yaml lab.steps=1 --out good-lab"},
	} {
		if code, wrong := judged(strings.Fields(made.make)...); code != 0 || len(wrong) > 0 {
			t.Fatalf("%s: exit code %d, %q", made.make, code, wrong)
		}
		again := strings.Replace(made.make, "good-", "broken-", 1)
		broken := strings.Replace(made.dir, "good-", "broken-", 1)
		commands := []string{again, "eval %s", "eval %s --rows", "show %s -o x.svg", "gradient %s", "retrain %s --task chain.yaml --out again --no-figures", "damage %s --cut 1", "damage %s --each --cut-only"}
		if made.dir == "good-lab" {
			commands = append(commands, "lab replay %s", "lab identify %s", "lab identify %s --passport found.yaml", "lab predict %s --passport part.yaml --specimens 39", "lab stop %s", "lab abort %s")
		}
		files := 0
		err := filepath.WalkDir(made.dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.Contains(path, "figures") {
				return err
			}
			files++
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for name, damage := range breaks {
				if !some(8, path, name) {
					continue
				}
				for _, command := range commands {
					if !some(2, path, name, command) {
						continue
					}
					if err := os.RemoveAll(broken); err != nil {
						return err
					}
					if err := os.CopyFS(broken, os.DirFS(made.dir)); err != nil {
						return err
					}
					if err := damage(strings.Replace(path, "good-", "broken-", 1), append([]byte(nil), text...)); err != nil {
						return err
					}
					words := split2(command, broken)
					if code, wrong := judged(words...); len(wrong) > 0 {
						t.Errorf("%s %s, then %s: exit code %d\n  %s", path, name, strings.Join(words, " "), code, strings.Join(wrong, "\n  "))
					}
					if err := os.RemoveAll("again"); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if files < 4 {
			t.Errorf("%s has %d files", made.dir, files)
		}
	}
}
