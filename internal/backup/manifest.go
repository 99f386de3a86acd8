package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The names of what a folder of copies holds.
const (
	Database     = "allod.db"
	Key          = "home.key"
	Settings     = "allod.toml"
	Certificates = "certificates"
	blobsFolder  = "blobs"
	copiesFolder = "copies"
	manifestFile = "backup.json"
	listFile     = "blobs.txt"
	readmeFile   = "READ-ME.txt"
	unfinished   = ".unfinished-"
	restoredFile = "restored" // of a data folder
)

// moment is how a copy is named: by its time, which sorts.
const moment = "2006-01-02T150405Z"

// format is that of the manifests this program writes.
const format = 1

// A Manifest says what a copy holds.
type Manifest struct {
	Format   int       `json:"format"`
	Instance string    `json:"instance"` // of the home
	Host     string    `json:"host"`
	Program  string    `json:"program"`
	MadeAt   time.Time `json:"made_at"`
	Parts    []Part    `json:"parts"`
	// Files and FileBytes count the home's files, which blobs.txt lists.
	Files     int64  `json:"files"`
	FileBytes int64  `json:"file_bytes"`
	Sum       string `json:"sum"` // of this manifest without it
}

// A Part is one file of a copy.
type Part struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	Sum  string `json:"sha256"`
}

// seal is the sum of the manifest itself.
func (m Manifest) seal() string {
	m.Sum = ""
	raw, err := json.Marshal(m)
	if err != nil {
		return "" // no value of its fields fails
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// Bytes are those of a copy by itself, its files among them.
func (m Manifest) Bytes() int64 {
	n := m.FileBytes
	for _, p := range m.Parts {
		n += p.Size
	}
	return n
}

// errManifest is a manifest that cannot be believed.
var errManifest = errors.New("the copy's own list is damaged")

func readManifest(folder string) (*Manifest, error) {
	raw, err := os.ReadFile(filepath.Join(folder, manifestFile))
	if err != nil {
		return nil, err
	}
	m := &Manifest{}
	if err := json.Unmarshal(raw, m); err != nil || m.Sum != m.seal() {
		return nil, errManifest
	}
	if m.Format > format {
		return nil, fmt.Errorf("the copy was made by a newer version of the program, %s", m.Program)
	}
	return m, nil
}

// list are the names of the complete copies of a folder, oldest first.
func list(dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, copiesFolder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if _, bad := time.Parse(moment, e.Name()); bad == nil && e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, err
}

// Holds reports whether a folder holds copies.
func Holds(dir string) bool {
	names, err := list(dir)
	return err == nil && len(names) > 0
}

func copyFolder(dir, name string) string { return filepath.Join(dir, copiesFolder, name) }

// sumOf reads a file to its end.
func sumOf(path string) (Part, error) {
	f, err := os.Open(path)
	if err != nil {
		return Part{}, err
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	return Part{Size: n, Sum: hex.EncodeToString(sum.Sum(nil))}, err
}

// local refuses names of parts that lead out of their folder.
func local(name string) bool {
	return filepath.IsLocal(filepath.FromSlash(name)) && !strings.Contains(name, "\\")
}

// syncTo makes a file or folder durable.
func syncTo(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
