package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"

	"allod/internal/db"
)

// Receive implements Intake: content is durable at once.
func (d *Disk) Receive(ctx context.Context, r io.Reader) (Received, error) {
	ref, err := d.Put(ctx, r)
	return Received{Ref: ref}, err
}

// Keep implements Intake.
func (d *Disk) Keep(context.Context, *db.Tx, Received) error { return nil }

// putAll keeps contents, none of them large. All together wait for the disk
// twice: until they are durable, and until their names are.
func (d *Disk) putAll(ctx context.Context, contents [][]byte) (err error) {
	temps, names := make([]string, 0, len(contents)), make([]string, 0, len(contents))
	defer func() {
		for _, t := range temps {
			d.root.Remove(t) // what has its name by now is not called so any more
		}
		if err != nil {
			err = fmt.Errorf("put blobs: %w", err)
		}
	}()
	for _, c := range contents {
		if err := ctx.Err(); err != nil {
			return err
		}
		sum := sha256.Sum256(c)
		temp, name := path.Join(incoming, unfinished+rand.Text()), place(hex.EncodeToString(sum[:]))
		temps, names = append(temps, temp), append(names, name)
		if err := d.write(temp, c); err != nil {
			return err
		}
	}
	if err := d.syncAll(temps...); err != nil {
		return err
	}
	folders := map[string]bool{}
	for i, name := range names {
		if err := d.shelve(path.Dir(name)); err != nil {
			return err
		}
		if err := d.name(temps[i], name); err != nil {
			return err
		}
		folders[path.Dir(name)] = true
	}
	return d.syncAll(slices.Collect(maps.Keys(folders))...)
}

func (d *Disk) write(name string, content []byte) error {
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
