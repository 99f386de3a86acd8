package blob

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
)

// Where order is kept, a small file gets its name first and is synced with it,
// once. Until then it has a second name among the unfinished ones, which tells
// since which start of the machine: what a power cut left of it is looked at,
// and is no content unless it is whole.

const hasty = "new-" // how those second names begin: then the start, the hash, and something random

// putSmall keeps content that is all there.
func (d *Disk) putSmall(content []byte) (Ref, error) {
	sum := sha256.Sum256(content)
	ref := Ref{Hash: hex.EncodeToString(sum[:]), Size: int64(len(content))}
	temp := path.Join(incoming, hasty+d.boot+"-"+ref.Hash+"-"+rand.Text())
	f, err := d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Ref{}, fmt.Errorf("put blob: %w", err)
	}
	defer f.Close()
	defer d.root.Remove(temp)
	if _, err := f.Write(content); err != nil {
		return Ref{}, fmt.Errorf("put blob: %w", err)
	}
	if err := d.nameSmall(f, temp, ref.Hash); err != nil {
		return Ref{}, fmt.Errorf("put blob %s: %w", ref.Hash, err)
	}
	return ref, nil
}

func (d *Disk) nameSmall(f *os.File, temp, hash string) error {
	name := place(hash)
	if err := d.shelve(path.Dir(name)); err != nil {
		return err
	}
	err := d.link(temp, name)
	if errors.Is(err, fs.ErrExist) { // what may be durable gives way only to what is
		if err := f.Sync(); err != nil {
			return err
		}
		return d.keep(f, temp, hash)
	}
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		d.unlink(f, name)
		return err
	}
	return nil
}

func (d *Disk) link(temp, name string) error {
	d.naming.RLock()
	defer d.naming.RUnlock()
	return d.root.Link(temp, name)
}

// unlink takes a name from a file that may not be whole on the disk.
func (d *Disk) unlink(f *os.File, name string) {
	d.naming.Lock()
	defer d.naming.Unlock()
	mine, err := f.Stat()
	if err != nil {
		return
	}
	if there, err := d.root.Lstat(name); err == nil && os.SameFile(mine, there) {
		d.root.Remove(name)
	}
}

// reconsider looks at a second name that a process left behind. After a start
// of the machine what it names is content only if it is whole.
func (d *Disk) reconsider(entry fs.DirEntry, before time.Time) error {
	name := path.Join(incoming, entry.Name())
	parts := strings.Split(entry.Name(), "-")
	if len(parts) != 4 || !ValidHash(parts[2]) {
		return nil
	}
	info, err := entry.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if parts[1] == d.boot && d.boot != "" {
		if !info.ModTime().Before(before) {
			return nil // another process may be at it
		}
	} else if err := d.verifySmall(name, parts[2]); err != nil {
		return err
	}
	if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// verifySmall removes content of which a power cut left only a part.
func (d *Disk) verifySmall(temp, hash string) error {
	f, _, err := d.open(temp)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := f.WriteTo(sum); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) == hash {
		return nil
	}
	d.unlink(f, place(hash))
	return nil
}
