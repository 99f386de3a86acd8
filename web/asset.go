package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/a-h/templ"
)

//go:embed assets
var assetFiles embed.FS

//go:embed locale
var catalogueFiles embed.FS

// AssetPrefix is the path below which assets are served.
const AssetPrefix = "/assets/"

// types are the content types of what web/assets holds.
var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// An Asset is a file pages refer to. Its path names its content, so it may be
// kept forever (RFC 8246).
type Asset struct {
	Type string // content type
	Body []byte
	Gzip []byte // the body compressed
}

// Assets are the style sheet, scripts and drawings of the pages.
type Assets struct {
	paths    map[string]string // by plain name
	files    map[string]Asset  // by path
	drawings map[string]string // each icon as it stands in a page, by name
	icons    map[string]templ.Component
	marks    marks
}

// NewAssets reads and hashes the files built into the program.
func NewAssets() (*Assets, error) {
	a := &Assets{paths: map[string]string{}, files: map[string]Asset{}}
	entries, err := fs.ReadDir(assetFiles, "assets")
	if err != nil {
		return nil, fmt.Errorf("read assets: %w", err)
	}
	for _, e := range entries {
		body, err := fs.ReadFile(assetFiles, path.Join("assets", e.Name()))
		if err != nil {
			return nil, fmt.Errorf("read assets: %w", err)
		}
		small, err := compress(body)
		if err != nil {
			return nil, fmt.Errorf("compress %s: %w", e.Name(), err)
		}
		hash := sha256.Sum256(body)
		ext := path.Ext(e.Name())
		hashed := AssetPrefix + strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(hash[:8]) + ext
		a.paths[e.Name()] = hashed
		a.files[hashed] = Asset{Type: types[ext], Body: body, Gzip: small}
	}
	a.drawings = drawings(string(a.files[a.Path("icons.svg")].Body), a.Path("icons.svg"))
	a.icons = make(map[string]templ.Component, len(a.drawings))
	for name, drawing := range a.drawings {
		a.icons[name] = templ.Raw(drawing)
	}
	return a, nil
}

// symbol opens a drawing of the sprite.
var symbol = regexp.MustCompile(`<symbol id="([a-z]+)"`)

// drawings are the icons of a sprite as they stand in a page.
func drawings(sprite, path string) map[string]string {
	all := map[string]string{}
	for _, m := range symbol.FindAllStringSubmatch(sprite, -1) {
		class := "i"
		if turns(m[1]) {
			class = "i flip"
		}
		all[m[1]] = `<svg class="` + class + `" aria-hidden="true"><use href="` + path + `#` + m[1] + `"></use></svg>`
	}
	return all
}

// turns reports whether a drawing points somewhere and turns with the script.
func turns(name string) bool { return name == "reply" || name == "boost" || name == "poll" }

// Path is the address of an asset by its plain name, such as "allod.css". A
// name there is no asset of has no path.
func (a *Assets) Path(name string) string { return a.paths[name] }

// Get is the asset at a path that Path has given.
func (a *Assets) Get(path string) (Asset, bool) {
	asset, ok := a.files[path]
	return asset, ok
}

// Catalogues are the languages built into the program, for locale.Load.
func Catalogues() (fs.FS, error) { return fs.Sub(catalogueFiles, "locale") }

// compress is the gzip form of body.
func compress(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
