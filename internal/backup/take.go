package backup

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/job"
)

// A Source is the home that is copied.
type Source struct {
	DB    *db.DB
	Blobs blob.Store
	// Data is the home's own folder, with the key and the settings.
	Data string
	// Settings is the file they were read from, "" if there is none.
	Settings                string
	Instance, Host, Program string
	Now                     func() time.Time
}

// margin is what must stay free on the disk of the copies.
const margin = 32 << 20

// A taking is one copy in the making.
type taking struct {
	Source
	dir   string // of the copies
	temp  string // the unfinished folder
	pool  *blob.Disk
	m     *Manifest
	added []string // files that were not in the pool before
}

// Take makes a copy in dir while the home serves, and returns what it holds.
// On failure the copies of before are as they were, and nothing of this one is left.
func Take(ctx context.Context, s Source, dir string) (*Manifest, error) {
	m, err := s.take(ctx, dir)
	if err != nil {
		return nil, told(err, dir)
	}
	return m, nil
}

func (s Source) take(ctx context.Context, dir string) (_ *Manifest, err error) {
	if err := s.fits(dir); err != nil {
		return nil, err
	}
	for _, folder := range []string{dir, filepath.Join(dir, copiesFolder)} { // what they stand in must be there: a disk that is not plugged in is none
		if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	t := &taking{Source: s, dir: dir, m: &Manifest{
		Format: format, Instance: s.Instance, Host: s.Host, Program: s.Program, MadeAt: s.Now().UTC().Truncate(time.Second),
	}}
	if err := t.clear(); err != nil {
		return nil, err
	}
	if t.pool, err = blob.NewDisk(filepath.Join(dir, blobsFolder)); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			t.undo()
		}
		err = errors.Join(err, t.pool.Close())
	}()
	if t.temp, err = os.MkdirTemp(filepath.Join(dir, copiesFolder), unfinished); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{t.database, t.files, t.papers, t.finish} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return t.m, nil
}

// fits refuses a folder that is the home's own or holds something else.
func (s Source) fits(dir string) error {
	if !filepath.IsAbs(dir) {
		return fault.New(fault.Invalid, "fault.backup.relative", "folder", dir).In("folder")
	}
	own, err := filepath.EvalSymlinks(s.Data)
	if err != nil {
		own = s.Data
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		real = filepath.Clean(dir)
	}
	if real == own || strings.HasPrefix(real+"/", own+"/") || strings.HasPrefix(own+"/", real+"/") {
		return fault.New(fault.Invalid, "fault.backup.own", "folder", dir).In("folder")
	}
	if _, err := os.Lstat(filepath.Join(dir, Database)); err == nil {
		return fault.New(fault.Conflict, "fault.backup.home", "folder", dir).In("folder")
	}
	names, err := list(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if m, err := readManifest(copyFolder(dir, name)); err == nil && m.Instance != s.Instance {
			return fault.New(fault.Conflict, "fault.backup.foreign", "folder", dir, "home", m.Host).In("folder")
		}
	}
	return nil
}

// clear takes away what attempts before did not finish.
func (t *taking) clear() error {
	entries, err := os.ReadDir(filepath.Join(t.dir, copiesFolder))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), unfinished) {
			if err := os.RemoveAll(copyFolder(t.dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// undo takes away what this copy has put down: nothing half counts, and a
// full disk is as full as before.
func (t *taking) undo() {
	if t.temp != "" {
		os.RemoveAll(t.temp)
	}
	for _, hash := range t.added {
		t.pool.Delete(context.Background(), hash)
	}
}

// database copies all that the database holds at one moment.
func (t *taking) database(ctx context.Context) error {
	if info, err := os.Stat(filepath.Join(t.Data, Database)); err == nil {
		if err := t.room(info.Size()); err != nil {
			return err
		}
	}
	path := filepath.Join(t.temp, Database)
	if err := t.DB.Snapshot(ctx, path, job.Carry); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return err
	}
	return t.part(Database)
}

// room refuses to begin what the disk has no room for.
func (t *taking) room(need int64) error {
	free, _, err := Space(t.dir)
	if err == nil && free < need+margin {
		err = fmt.Errorf("%w: %d bytes are free, %d are needed", syscall.ENOSPC, free, need+margin)
	}
	return err
}

// part notes a file of the copy with its sum, as it reads back from the disk.
func (t *taking) part(name string) error {
	path := filepath.Join(t.temp, filepath.FromSlash(name))
	if err := syncTo(path); err != nil {
		return err
	}
	p, err := sumOf(path)
	p.Name = name
	t.m.Parts = append(t.m.Parts, p)
	return err
}

// files brings the pool what it lacks and lists all there is. Each copy also
// looks anew at a sixteenth of what the pool held before, and mends it.
func (t *taking) files(ctx context.Context) error {
	sizes := map[string]int64{}
	if err := t.pool.Walk(ctx, func(ref blob.Ref, _ time.Time) error { sizes[ref.Hash] = ref.Size; return nil }); err != nil {
		return err
	}
	var all []blob.Ref
	var missing int64
	err := t.Blobs.Walk(ctx, func(ref blob.Ref, _ time.Time) error {
		all = append(all, ref)
		if size, ok := sizes[ref.Hash]; !ok || size != ref.Size {
			missing += ref.Size
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := t.room(missing); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(t.temp, listFile), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	turn := "0123456789abcdef"[t.m.MadeAt.Unix()/60%16]
	for _, ref := range all {
		size, there := sizes[ref.Hash]
		there = there && size == ref.Size && (ref.Hash[0] != turn || blob.Verify(ctx, t.pool, ref.Hash) == nil)
		if !there {
			if there, err = t.bring(ctx, ref); err != nil {
				break
			}
		}
		if there {
			t.m.Files, t.m.FileBytes = t.m.Files+1, t.m.FileBytes+ref.Size
			fmt.Fprintf(w, "%s %d\n", ref.Hash, ref.Size)
		}
	}
	if err = errors.Join(err, w.Flush(), f.Close()); err != nil {
		return err
	}
	return t.part(listFile)
}

// bring copies a file into the pool. One that was deleted meanwhile is no longer the home's.
func (t *taking) bring(ctx context.Context, ref blob.Ref) (bool, error) {
	r, _, err := t.Blobs.Open(ctx, ref.Hash)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer r.Close()
	got, err := t.pool.Put(ctx, r)
	if err != nil {
		return false, err
	}
	t.added = append(t.added, got.Hash)
	if got.Hash != ref.Hash {
		return false, fault.New(fault.Unavailable, "fault.backup.source", "file", ref.Hash).Because("blob %s reads as %s", ref.Hash, got.Hash)
	}
	return true, nil
}

// papers are the key, the settings and the certificates.
func (t *taking) papers(context.Context) error {
	if err := t.paper(filepath.Join(t.Data, Key), Key); err != nil {
		return err
	}
	if t.Settings != "" {
		if err := t.paper(t.Settings, Settings); err != nil {
			return err
		}
	}
	root := filepath.Join(t.Data, Certificates)
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || strings.HasSuffix(path, ".lock") {
			return err
		}
		rest, err := filepath.Rel(t.Data, path)
		if err != nil {
			return err
		}
		return t.paper(path, filepath.ToSlash(rest))
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (t *taking) paper(from, name string) error {
	to := filepath.Join(t.temp, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if err := copyFile(from, to); err != nil {
		return err
	}
	return t.part(name)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// finish writes the manifest and gives the copy its name. From then on it counts.
func (t *taking) finish(context.Context) error {
	name := copyFolder(t.dir, t.m.MadeAt.Format(moment))
	for _, err := os.Lstat(name); err == nil; _, err = os.Lstat(name) { // two within a second
		t.m.MadeAt = t.m.MadeAt.Add(time.Second)
		name = copyFolder(t.dir, t.m.MadeAt.Format(moment))
	}
	t.m.Sum = t.m.seal()
	raw, err := json.MarshalIndent(t.m, "", "\t")
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(t.temp, manifestFile), raw); err != nil {
		return err
	}
	if err := t.readme(); err != nil {
		return err
	}
	if err := syncTo(t.temp); err != nil {
		return err
	}
	if err := os.Rename(t.temp, name); err != nil {
		return err
	}
	return syncTo(filepath.Dir(name))
}

func (t *taking) readme() error {
	path := filepath.Join(t.dir, readmeFile)
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	return writeFile(path, []byte(`This folder holds backups of the home `+t.Host+`, made by its program, Allod.

To have the home back: copy this whole folder to the machine where it shall
live, and start the program on the copy:

    allod serve --data COPY

To look whether all of it is whole:

    allod backup check FOLDER

Whoever holds this folder holds the home and everything private in it.
`))
}

func writeFile(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// told gives errors of the disk their sentence.
func told(err error, dir string) error {
	says := func(key string) error { return fault.Wrap(err, fault.Unavailable, key, "folder", dir) }
	var f *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f) && f.Key != "":
		return err
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || strings.Contains(err.Error(), "disk is full"):
		return says("fault.backup.full")
	case errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission):
		return says("fault.backup.locked")
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR):
		return says("fault.backup.away")
	case errors.Is(err, syscall.EIO):
		return says("fault.backup.broken")
	}
	return err
}
