package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"regexp"
	"testing"
)

func TestAssetsAreServedUnderTheirContent(t *testing.T) {
	a, err := NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	for name, kind := range map[string]string{
		"allod.css": "text/css; charset=utf-8", "act.js": "text/javascript; charset=utf-8",
		"composer.js": "text/javascript; charset=utf-8", "stream.js": "text/javascript; charset=utf-8",
		"icons.svg": "image/svg+xml", "logo.svg": "image/svg+xml",
	} {
		path := a.Path(name)
		if !regexp.MustCompile(`^/assets/[a-z]+\.[0-9a-f]{16}\.[a-z]+$`).MatchString(path) {
			t.Errorf("%s is at %q", name, path)
		}
		asset, ok := a.Get(path)
		if !ok || asset.Type != kind || len(asset.Body) == 0 {
			t.Errorf("%s: %v, type %q, %d bytes", name, ok, asset.Type, len(asset.Body))
			continue
		}
		r, err := gzip.NewReader(bytes.NewReader(asset.Gzip))
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := io.ReadAll(r); err != nil || !bytes.Equal(plain, asset.Body) {
			t.Errorf("%s is not the same compressed: %v", name, err)
		}
	}
	if _, ok := a.Get("/assets/allod.css"); ok {
		t.Error("an asset is served under a name that may change its meaning")
	}
	if a.Path("nothing.js") != "" {
		t.Error("an asset there is not has a path")
	}
}
