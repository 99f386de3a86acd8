package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestCommittedAssetsAreCurrent(t *testing.T) {
	files, err := bundle("..")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(sources) {
		t.Errorf("%d sources made %d assets", len(sources), len(files))
	}
	for name, body := range files {
		committed, err := os.ReadFile(filepath.Join("../assets", name))
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Equal(committed, body) {
			t.Errorf("assets/%s is not what its source makes; run go generate ./web", name)
		}
	}
}
