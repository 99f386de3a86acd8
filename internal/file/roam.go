package file

import (
	"context"
	"math"
	"time"

	"allod/internal/db"
	"allod/internal/id"
)

// roamBatch is how many nodes are read at once.
const roamBatch = 500

// Roam visits a person's files and folders, wherever they stand, those that last changed first,
// from a moment back, until visit wants no more. What lies in the trash is left out, and the home itself.
func (s *Service) Roam(ctx context.Context, owner id.ID, from time.Time, visit func(f Found) (more bool)) error {
	sp, err := s.space(ctx, owner)
	if err != nil {
		return err
	}
	paths := ways{sp.Home: "", sp.Trash: gone, 0: gone}
	at, last := int64(math.MaxInt64), id.ID(math.MaxInt64)
	if !from.IsZero() {
		at = from.UnixMicro()
	}
	for {
		var batch []*Node
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			if batch, err = changedBefore(ctx, tx, owner, at, last, roamBatch); err != nil {
				return err
			}
			for _, n := range batch {
				if _, err := paths.of(ctx, tx, n.ParentID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(batch) == 0 {
			return err
		}
		for _, n := range batch {
			if up := paths[n.ParentID]; up != gone && !visit(Found{n, under(up, n.Name)}) {
				return nil
			}
		}
		n := batch[len(batch)-1]
		at, last = n.ModifiedAt.UnixMicro(), n.ID
	}
}

// ways are the paths of folders that were looked up.
type ways map[id.ID]string

// gone is the path of what does not stand below a person's home. No name holds that.
const gone = "\x00"

// of is the path of a folder. It looks each of those above up once.
func (f ways) of(ctx context.Context, tx *db.Tx, folder id.ID) (string, error) {
	if path, known := f[folder]; known {
		return path, nil
	}
	n, err := getNode(ctx, tx, folder)
	if err != nil {
		return "", err
	}
	up, err := f.of(ctx, tx, n.ParentID)
	if err != nil {
		return "", err
	}
	f[folder] = gone
	if up != gone {
		f[folder] = under(up, n.Name)
	}
	return f[folder], nil
}

func under(path, name string) string {
	if path == "" {
		return name
	}
	return path + "/" + name
}
