package archtest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// phrases are words of licences that tell which they are.
var phrases = map[string]string{
	"MIT":          "Permission is hereby granted, free of charge",
	"BSD-3-Clause": "Redistribution and use in source and binary forms",
	"CC-BY-4.0":    "Creative Commons Attribution 4.0 International",
	"FTL":          "The FreeType License",
}

// linked is the modules of the program on the systems it is built for, with
// their directories.
func linked(t *testing.T) map[string]string {
	t.Helper()
	modules := map[string]string{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}", "../../cmd/elastrain")
		list.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		text, err := list.Output()
		if err != nil {
			t.Fatalf("go list for %s: %v", system, err)
		}
		for line := range strings.Lines(string(text)) {
			if module, dir, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
				modules[module] = dir
			}
		}
	}
	return modules
}

// named is the modules that a notice lists, with the licences it says they have.
func named(notice string) map[string]string {
	_, section, _ := strings.Cut(notice, "\nLibraries\n")
	modules := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^  (\w+[\w.-]*\.\w+/\S+) +([\w.-]+)`).FindAllStringSubmatch(section, -1) {
		modules[m[1]] = m[2]
	}
	return modules
}

// licence is the text of the licence files of a module.
func licence(dir string) []byte {
	var all []byte
	for _, pattern := range []string{"LICEN[CS]E*", "COPYING*"} {
		files, _ := filepath.Glob(filepath.Join(dir, pattern)) // the pattern is well formed
		for _, file := range files {
			if text, err := os.ReadFile(file); err == nil {
				all = append(all, text...)
			}
		}
	}
	return all
}

// NOTICE names what is linked, and the licence it has.
func TestNotice(t *testing.T) {
	notice, err := os.ReadFile("../../NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	names, modules := named(string(notice)), linked(t)
	if len(modules) < 10 {
		t.Fatalf("only %d modules are linked", len(modules))
	}
	for module, dir := range modules {
		name, ok := names[module]
		if !ok {
			t.Errorf("NOTICE does not name %s, which is linked", module)
			continue
		}
		if phrase := phrases[name]; phrase == "" || !bytes.Contains(licence(dir), []byte(phrase)) {
			t.Errorf("NOTICE says that %s is under %s; the module does not say so", module, name)
		}
	}
	for module := range names {
		if modules[module] == "" {
			t.Errorf("NOTICE names %s, which is not linked", module)
		}
	}
}
