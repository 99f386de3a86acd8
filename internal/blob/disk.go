package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"allod/internal/fault"
)

const (
	incoming   = "incoming" // folder of unfinished files
	unfinished = "put-"     // how their names begin
	staleAfter = time.Hour  // age at which an unfinished file has no writer left
)

// A Disk is a Store, with Drafts, in a folder: ab/cd/abcd… for content whose
// hash begins with abcd. It never follows a symbolic link out of the folder, nor one in
// place of a file.
type Disk struct {
	root   *os.Root
	folder *os.File // the same

	mu    sync.Mutex
	ready map[string]bool  // folders whose entry in their parent is known durable
	held  map[string]*hold // drafts that somebody extends

	ordered bool // a synced file brings its names along
	boot    string
	shelves sync.Map // shards that are known to be there

	naming sync.RWMutex // shared by those who give names; not by who takes one away
}

// NewDisk opens the store in dir, makes dir if need be, and clears away what
// an interrupted Put left more than an hour ago, or before the machine was last started.
func NewDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open blobs: %w", err)
	}
	d, err := OpenDisk(dir)
	if err != nil {
		return nil, err
	}
	d.boot = boot()
	d.ordered = d.boot != "" && ordered(d.folder)
	if err := d.sweep(time.Now().Add(-staleAfter)); err != nil {
		return nil, errors.Join(fmt.Errorf("open blobs: %w", err), d.Close())
	}
	return d, nil
}

// OpenDisk opens the store in a folder that must be there, and changes nothing in it.
func OpenDisk(dir string) (*Disk, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open blobs: %w", err)
	}
	folder, err := root.Open(".")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open blobs: %w", err), root.Close())
	}
	return &Disk{root: root, folder: folder, ready: map[string]bool{}, held: map[string]*hold{}}, nil
}

// Close releases the folder. What was opened before stays readable.
func (d *Disk) Close() error { return errors.Join(d.folder.Close(), d.root.Close()) }

// Put implements Store. Content that is not small goes to an unfinished file,
// is synced, renamed to its hash, and the folder is synced.
func (d *Disk) Put(ctx context.Context, r io.Reader) (_ Ref, err error) {
	first := ladles.Get().(*ladle)
	defer ladles.Put(first)
	if err := first.fill(ctx, r); err == nil {
		return d.putLarge(ctx, first, r)
	} else if !errors.Is(err, io.EOF) {
		return Ref{}, fmt.Errorf("put blob: %w", err)
	}
	if d.ordered {
		return d.putSmall(first.b[:first.n])
	}
	return d.putLarge(ctx, first, eof{})
}

// eof is a reader that has ended.
type eof struct{}

// Read tells that.
func (eof) Read([]byte) (int, error) { return 0, io.EOF }

// putLarge keeps what was read first and what r yields.
func (d *Disk) putLarge(ctx context.Context, first *ladle, r io.Reader) (_ Ref, err error) {
	temp := path.Join(incoming, unfinished+rand.Text())
	f, err := d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Ref{}, fmt.Errorf("put blob: %w", err)
	}
	kept := false
	defer func() {
		f.Close()
		if !kept {
			d.root.Remove(temp)
		}
	}()
	sum := sha256.New()
	size, err := stream(ctx, f, sum, r, first)
	if err != nil {
		return Ref{}, fmt.Errorf("put blob: %w", err)
	}
	if err := f.Sync(); err != nil {
		return Ref{}, fmt.Errorf("put blob: %w", err)
	}
	ref := Ref{Hash: hex.EncodeToString(sum.Sum(nil)), Size: size}
	if err := d.keep(f, temp, ref.Hash); err != nil {
		return Ref{}, fmt.Errorf("put blob %s: %w", ref.Hash, err)
	}
	kept = true
	return ref, nil
}

// keep gives a synced file its name, durably.
func (d *Disk) keep(f *os.File, temp, hash string) error {
	name := place(hash)
	if err := d.shelve(path.Dir(name)); err != nil {
		return err
	}
	if err := d.name(temp, name); err != nil {
		return err
	}
	return d.settleName(f, name)
}

// settleName makes the name of a file durable.
func (d *Disk) settleName(f *os.File, name string) error {
	if d.ordered {
		return f.Sync()
	}
	return d.sync(path.Dir(name))
}

// shelve makes the two folders of a name. Where order is kept they become
// durable with what comes into them.
func (d *Disk) shelve(shard string) error {
	if !d.ordered {
		if err := d.ensure(path.Dir(shard)); err != nil {
			return err
		}
		return d.ensure(shard)
	}
	if _, ok := d.shelves.Load(shard); ok {
		return nil
	}
	if err := d.root.MkdirAll(shard, 0o700); err != nil {
		return err
	}
	d.shelves.Store(shard, true)
	return nil
}

func (d *Disk) name(temp, name string) error {
	d.naming.RLock()
	defer d.naming.RUnlock()
	return d.root.Rename(temp, name)
}

// ensure makes a folder and syncs its parent. Each folder is synced into its
// parent once in the life of the process, also if it was there before: a
// process that died may have made it and not come to the sync.
func (d *Disk) ensure(folder string) error {
	d.mu.Lock()
	ready := d.ready[folder]
	d.mu.Unlock()
	if ready {
		return nil
	}
	if err := d.root.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := d.sync(path.Dir(folder)); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ready[folder] = true
	return nil
}

func (d *Disk) sync(folder string) error {
	f, err := d.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Open implements Store.
func (d *Disk) Open(ctx context.Context, hash string) (io.ReadSeekCloser, int64, error) {
	if !ValidHash(hash) {
		return nil, 0, badHash(hash)
	}
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	f, size, err := d.open(place(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, fault.Wrap(err, fault.NotFound, "")
	}
	if err != nil {
		return nil, 0, fmt.Errorf("open blob %s: %w", hash, err)
	}
	return f, size, nil
}

// open opens a regular file that is not reached through a link at its own name.
func (d *Disk) open(name string) (*os.File, int64, error) {
	entry, err := d.root.Lstat(name)
	if err != nil {
		return nil, 0, err
	}
	if !entry.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("%s is not a regular file", name)
	}
	f, err := d.root.Open(name)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", name)
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// Delete implements Store.
func (d *Disk) Delete(ctx context.Context, hash string) error {
	if !ValidHash(hash) {
		return badHash(hash)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.root.Remove(place(hash)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete blob %s: %w", hash, err)
	}
	return nil
}

// Expire implements Store.
func (d *Disk) Expire(ctx context.Context, hash string, before time.Time) error {
	if !ValidHash(hash) {
		return badHash(hash)
	}
	d.naming.Lock()
	defer d.naming.Unlock()
	info, err := d.root.Lstat(place(hash))
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.ModTime().Before(before) {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("expire blob %s: %w", hash, err)
	}
	return d.Delete(ctx, hash)
}

// Walk implements Store. Files that are not where Put places them are passed over.
func (d *Disk) Walk(ctx context.Context, visit func(Ref, time.Time) error) error {
	return fs.WalkDir(d.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name != "." {
			return nil
		}
		if err != nil {
			return fmt.Errorf("walk blobs: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if entry.IsDir() {
			if name != "." && !isShard(name) {
				return fs.SkipDir
			}
			return nil
		}
		if hash := path.Base(name); !ValidHash(hash) || name != place(hash) || !entry.Type().IsRegular() {
			return nil
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("walk blobs: %w", err)
		}
		return visit(Ref{Hash: path.Base(name), Size: info.Size()}, info.ModTime())
	})
}

// sweep makes the folder of unfinished files and removes those older than before.
func (d *Disk) sweep(before time.Time) error {
	if err := d.ensure(incoming); err != nil {
		return err
	}
	entries, err := fs.ReadDir(d.root.FS(), incoming)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Type().IsRegular() && strings.HasPrefix(entry.Name(), hasty) {
			if err := d.reconsider(entry, before); err != nil {
				return err
			}
			continue
		}
		if !entry.Type().IsRegular() || !strings.HasPrefix(entry.Name(), unfinished) {
			continue
		}
		info, err := entry.Info()
		if err != nil || !info.ModTime().Before(before) {
			continue // gone or still being written
		}
		if err := d.root.Remove(path.Join(incoming, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func place(hash string) string { return path.Join(hash[:2], hash[2:4], hash) }

// isShard reports whether a folder is one of place's: "ab" or "ab/cd".
func isShard(name string) bool {
	digits := strings.Replace(name, "/", "", 1)
	return (len(name) == 2 || len(name) == 5 && name[2] == '/') && strings.Trim(digits, "0123456789abcdef") == ""
}

func badHash(s string) error {
	return fault.New(fault.Invalid, "").Because("%.80q is not a content hash", s)
}
