package backup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/fault"
)

// A Report says of one copy what is whole and what is not.
type Report struct {
	Name     string
	Manifest *Manifest // nil: the copy's own list is damaged, so nothing can be vouched for
	// Database, Key and List tell whether these parts are whole.
	Database, Key, List bool
	// Lost are the smaller parts that are damaged or missing, by name, and
	// LostFiles the files of the home, by hash.
	Lost, LostFiles []string
	// Files counts those of the home that were looked at.
	Files int64
}

// Whole reports whether nothing is wrong.
func (r *Report) Whole() bool {
	return r.Manifest != nil && r.Database && r.Key && r.List && len(r.Lost) == 0 && len(r.LostFiles) == 0
}

// Serves reports whether a home can be made from the copy: words and people
// are all there, though some pictures or files may not be.
func (r *Report) Serves() bool { return r.Manifest != nil && r.Database && r.Key }

// Fault is what is wrong and what is safe, as a sentence; nil for a whole copy.
func (r *Report) Fault() error {
	damaged := func(key string, args ...any) error {
		return fault.New(fault.Unavailable, key, append([]any{"copy", r.Name}, args...)...)
	}
	switch {
	case r.Whole():
		return nil
	case r.Manifest == nil:
		return damaged("fault.backup.damaged_list")
	case !r.Database:
		return damaged("fault.backup.damaged_database")
	case !r.Key:
		return damaged("fault.backup.damaged_key")
	case !r.List:
		return damaged("fault.backup.damaged_files_list")
	case len(r.LostFiles) > 0:
		return damaged("fault.backup.damaged_files", "n", len(r.LostFiles), "of", r.Files)
	}
	return damaged("fault.backup.damaged_part", "part", strings.Join(r.Lost, ", "))
}

// none is the fault of a folder without a complete copy.
func none(dir string) error { return fault.New(fault.NotFound, "fault.backup.none", "folder", dir) }

// Check reads a copy to the end, the newest one if name is "", and compares
// every byte with the sums that were taken when it was made.
func Check(ctx context.Context, dir, name string) (*Report, error) {
	if name == "" {
		names, err := list(dir)
		if err != nil {
			return nil, told(err, dir)
		}
		if len(names) == 0 {
			return nil, none(dir)
		}
		name = names[len(names)-1]
	}
	folder := copyFolder(dir, name)
	r := &Report{Name: name}
	var err error
	if r.Manifest, err = readManifest(folder); errors.Is(err, errManifest) || errors.Is(err, fs.ErrNotExist) {
		if _, gone := os.Stat(folder); gone != nil {
			return nil, none(dir)
		}
		return r, nil
	} else if err != nil {
		return nil, told(err, dir)
	}
	r.Database, r.Key, r.List = true, true, true
	for _, p := range r.Manifest.Parts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !wholePart(ctx, folder, p) {
			r.lose(p.Name)
		}
	}
	if r.List {
		r.LostFiles, err = lostFiles(ctx, dir, folder, &r.Files)
	}
	return r, err
}

func wholePart(ctx context.Context, folder string, want Part) bool {
	if !local(want.Name) {
		return false
	}
	path := filepath.Join(folder, filepath.FromSlash(want.Name))
	got, err := sumOf(path)
	got.Name = want.Name
	return err == nil && got == want && (want.Name != Database || db.CheckFile(ctx, path) == nil)
}

func (r *Report) lose(part string) {
	switch part {
	case Database:
		r.Database = false
	case Key:
		r.Key = false
	case listFile:
		r.List = false
	default:
		r.Lost = append(r.Lost, part)
	}
}

// eachFile reads the list of a copy's files.
func eachFile(folder string, visit func(blob.Ref) error) error {
	f, err := os.Open(filepath.Join(folder, listFile))
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		hash, size, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.ParseInt(size, 10, 64)
		if err != nil || !blob.ValidHash(hash) {
			return fmt.Errorf("%w: %.80q", errManifest, lines.Text())
		}
		if err := visit(blob.Ref{Hash: hash, Size: n}); err != nil {
			return err
		}
	}
	return lines.Err()
}

// lostFiles are those of a copy that the pool does not hold as they were.
func lostFiles(ctx context.Context, dir, folder string, count *int64) (lost []string, err error) {
	pool, err := blob.OpenDisk(filepath.Join(dir, blobsFolder)) // a disk that cannot be written to can still be read
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	return lost, eachFile(folder, func(ref blob.Ref) error {
		*count++
		err := blob.Verify(ctx, pool, ref.Hash)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			lost = append(lost, ref.Hash)
		}
		return nil
	})
}

// Restore makes a data folder from a copy, the newest one if name is "". What
// is damaged is left out and told in the report; without database or key
// nothing is made. The folder into must be empty or new.
func Restore(ctx context.Context, dir, name, into string) (*Report, error) {
	r, err := Check(ctx, dir, name)
	if err != nil {
		return nil, err
	}
	if !r.Serves() {
		return r, r.Fault()
	}
	if err := os.MkdirAll(into, 0o700); err != nil {
		return nil, told(err, into)
	}
	if entries, err := os.ReadDir(into); err != nil || len(entries) > 0 {
		if err == nil {
			err = fault.New(fault.Conflict, "fault.backup.taken", "folder", into)
		}
		return nil, told(err, into)
	}
	return r, told(restore(ctx, dir, r, into), into)
}

func restore(ctx context.Context, dir string, r *Report, into string) (err error) {
	folder := copyFolder(dir, r.Name)
	from, err := blob.OpenDisk(filepath.Join(dir, blobsFolder))
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := blob.NewDisk(filepath.Join(into, blobsFolder))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	lost := map[string]bool{}
	for _, hash := range r.LostFiles {
		lost[hash] = true
	}
	if r.List {
		err = eachFile(folder, func(ref blob.Ref) error {
			if lost[ref.Hash] {
				return nil
			}
			in, _, err := from.Open(ctx, ref.Hash)
			if err != nil {
				return err
			}
			defer in.Close()
			_, err = to.Put(ctx, in)
			return err
		})
		if err != nil {
			return err
		}
	}
	return takeOut(folder, r, into)
}

// takeOut copies the parts of a copy into a data folder, the database last:
// with it the folder is a home.
func takeOut(folder string, r *Report, into string) error {
	skip := map[string]bool{listFile: true, Database: true}
	for _, name := range r.Lost {
		skip[name] = true
	}
	for _, p := range r.Manifest.Parts {
		if skip[p.Name] || !local(p.Name) {
			continue
		}
		to := filepath.Join(into, filepath.FromSlash(p.Name))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if err := copyFile(filepath.Join(folder, filepath.FromSlash(p.Name)), to); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	if err := writeOver(filepath.Join(into, restoredFile), r.Name); err != nil {
		return err
	}
	temp := filepath.Join(into, unfinished+Database)
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := copyFile(filepath.Join(folder, Database), temp); err != nil {
		return err
	}
	if err := os.Rename(temp, filepath.Join(into, Database)); err != nil {
		return err
	}
	return syncTo(into)
}

// writeOver writes a small file anew.
func writeOver(path, text string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return writeFile(path, []byte(text+"\n"))
}

// Restored reports whether a data folder was taken from a copy, and nobody has
// said Noticed since.
func Restored(data string) bool {
	_, err := os.Lstat(filepath.Join(data, restoredFile))
	return err == nil
}

// Noticed ends what Restored reports.
func Noticed(data string) error {
	if err := os.Remove(filepath.Join(data, restoredFile)); err != nil {
		return err
	}
	return syncTo(data)
}

// Settle makes a data folder of a folder of copies that somebody has copied
// to where the home shall live: it takes the newest copy out. It does nothing
// where there is a home already, and tells what was restored.
func Settle(ctx context.Context, data string) (*Manifest, error) {
	if _, err := os.Lstat(filepath.Join(data, Database)); err == nil || !Holds(data) {
		return nil, nil
	}
	r, err := Check(ctx, data, "")
	if err != nil {
		return nil, err
	}
	if !r.Serves() {
		return nil, r.Fault()
	}
	return r.Manifest, told(takeOut(copyFolder(data, r.Name), r, data), data)
}
