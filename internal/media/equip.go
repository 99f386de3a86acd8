package media

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
)

// A Part of a video or sound may leave the home. Parts find each other by
// their names, which end their addresses.
type Part struct {
	Name string
	File // Variant, Blob, Size, Mime, Width and Height
}

// An Outfit is what is made of content that plays.
type Outfit struct {
	Width, Height int
	Seconds       float64
	Parts         []Part
}

// Equip gives the media of content that wait for it what may be published of them.
func Equip(ctx context.Context, tx *db.Tx, content string, at time.Time, o Outfit) error {
	all, err := bare(ctx, tx, content)
	if err != nil {
		return err
	}
	for _, m := range all {
		if err := measure(ctx, tx, m, o); err != nil {
			return err
		}
		if err := addParts(ctx, tx, m, at, o.Parts); err != nil {
			return err
		}
	}
	return nil
}

// addParts gives a medium parts that lie beside each other, where nobody can guess.
func addParts(ctx context.Context, tx *db.Tx, m id.ID, at time.Time, parts []Part) error {
	place := newKey() + "/"
	for _, p := range parts {
		f := p.File
		f.Key, f.MediaID, f.UsedAt = place+p.Name, m, at
		if err := insertFile(ctx, tx, &f); err != nil {
			return err
		}
	}
	return nil
}

// whole refuses media of which nothing may be published yet.
func whole(ctx context.Context, tx *db.Tx, ids []id.ID) error {
	n, err := countWaiting(ctx, tx, ids)
	if err == nil && n > 0 {
		err = fault.New(fault.Invalid, "fault.publish.waiting").In("pictures")
	}
	return err
}

// WordsType is that of captions (WebVTT §6.1).
const WordsType = "text/vtt; charset=utf-8"

// SetWords has the media made of a video show these captions, by language, and no others.
func (s *Service) SetWords(ctx context.Context, node id.ID, words map[string]string) error {
	var parts []Part
	for _, language := range slices.Sorted(maps.Keys(words)) {
		ref, err := s.blobs.Put(ctx, strings.NewReader(words[language]))
		if err != nil {
			return err
		}
		parts = append(parts, Part{Name: "captions." + language + ".vtt", File: File{Variant: Words + language, Blob: ref.Hash, Size: ref.Size, Mime: WordsType}})
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := videosOf(ctx, tx, node)
		if err != nil {
			return err
		}
		for _, m := range all {
			if err := dropWords(ctx, tx, m); err != nil {
				return err
			}
			if err := addParts(ctx, tx, m, s.now(), parts); err != nil {
				return err
			}
		}
		return nil
	})
}

// ShownOf is how many posts and pages of a file's owner show it.
func (s *Service) ShownOf(ctx context.Context, node id.ID) (n int, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err = countShown(ctx, tx, node)
		return err
	})
	return n, err
}

// FileGone lets go of the originals of a file or folder that is deleted for
// good. What is published of them stays with the posts that show it.
func FileGone(ctx context.Context, tx *db.Tx, node id.ID) error { return dropOriginals(ctx, tx, node) }
