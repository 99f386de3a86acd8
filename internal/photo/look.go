package photo

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"sync"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/id"
	"allod/internal/media/derive"
)

// How content is looked at: a few at a time, so that what else the home does
// is not held up; each for so long at most; and so often before it is given up.
const (
	atOnce = 2
	lease  = 3 * time.Minute
	tries  = 5
	idle   = 30 * time.Second
)

// Run looks at what is due, and finds what photos are part of, until ctx ends.
func (s *Service) Run(ctx context.Context) {
	for {
		if err := s.Work(ctx); err != nil && ctx.Err() == nil {
			s.Log.Error("photos could not be looked at", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-time.After(idle):
		}
	}
}

// Work does what there is to do now.
func (s *Service) Work(ctx context.Context) error {
	var wait sync.WaitGroup
	failed := make(chan error, atOnce)
	for range atOnce {
		wait.Go(func() { failed <- s.lookAtAll(ctx) })
	}
	wait.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			return err
		}
	}
	return s.Arrange(ctx)
}

func (s *Service) lookAtAll(ctx context.Context) error {
	for ctx.Err() == nil {
		var next *due
		err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			now := s.Now()
			next, err = claim(ctx, tx, now, now.Add(lease))
			return err
		})
		if err != nil || next == nil {
			return err
		}
		if err := s.lookAt(ctx, next); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// lookAt looks at content and keeps what it finds. Content that cannot be
// looked at is no error.
func (s *Service) lookAt(ctx context.Context, d *due) error {
	_, err, _ := s.looking.Do(d.content, func() (any, error) { return nil, s.look(ctx, d) })
	return err
}

func (s *Service) look(ctx context.Context, d *due) error {
	l, made, err := s.see(ctx, d)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case fault.Is(err, fault.Unavailable, fault.Timeout) && d.tries < tries:
		return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			return again(ctx, tx, d.content, s.Now().Add(time.Duration(d.tries)*time.Minute))
		})
	case fault.Is(err, fault.Unavailable, fault.Timeout, fault.Unsupported, fault.Invalid, fault.TooLarge):
		why, _ := fault.Message(err)
		l = &Look{State: None, Why: why}
	case fault.Is(err, fault.NotFound): // the content is gone, and the photo is about to be
		l = &Look{State: None}
	case err != nil:
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, p := range made {
			if err := putPreview(ctx, tx, d.content, p); err != nil {
				return err
			}
		}
		if err := settle(ctx, tx, d, l); err != nil {
			return err
		}
		all, err := holders(ctx, tx, d.content)
		if err != nil {
			return err
		}
		for _, h := range all {
			taken, by := date(l.Taken, h.name, h.modified, s.Zone)
			if err := redate(ctx, tx, h.node, taken, by); err != nil {
				return err
			}
		}
		return nil
	})
}

// Sides are the longer ones of previews, in pixels.
var Sides = [...]int{256, 512, 1024, 2048}

// see looks at content in a process of its own, and stores the smaller pictures it makes.
func (s *Service) see(ctx context.Context, d *due) (*Look, []*Preview, error) {
	r, _, err := s.Blobs.Open(ctx, d.content)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	if d.kind == Video {
		return s.seeFilm(ctx, d, r)
	}
	p, made, err := s.draw(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	return &Look{State: Ready, Width: p.Width, Height: p.Height, Format: p.Format, Blurhash: p.Blurhash, Facts: *p.Facts}, made, nil
}

// draw stores smaller pictures of one.
func (s *Service) draw(ctx context.Context, r io.Reader) (*derive.Picture, []*Preview, error) {
	var want []derive.Size
	for i := len(Sides) - 1; i >= 0; i-- { // each is made from the one before it
		want = append(want, derive.Size{Name: strconv.Itoa(Sides[i]), MaxWidth: Sides[i], MaxHeight: Sides[i]})
	}
	p, err := s.Derive.Study(ctx, r, want)
	if err != nil {
		return nil, nil, err
	}
	var made []*Preview
	for i, v := range p.Variants {
		if v.Name == derive.Animation {
			continue
		}
		ref, err := s.Blobs.Put(ctx, bytes.NewReader(v.Data))
		if err != nil {
			return nil, nil, err
		}
		made = append(made, &Preview{Side: want[i].MaxWidth, Mime: v.Mime, Width: v.Width, Height: v.Height, blob: ref.Hash})
	}
	return p, made, nil
}

// seeFilm looks at a video, and at the picture there is of it.
func (s *Service) seeFilm(ctx context.Context, d *due, r io.ReadSeeker) (*Look, []*Preview, error) {
	l := &Look{State: None}
	f, err := s.Derive.Film(ctx, r)
	switch {
	case err == nil:
		f.Taken, f.Zone = s.local(f.Taken, f.Zone)
		l.Width, l.Height, l.Seconds, l.Format, l.Facts = f.Width, f.Height, f.Seconds, f.Format, f.Facts
	case d.picture == "" || !fault.Is(err, fault.Unsupported, fault.Invalid):
		return nil, nil, err
	}
	if d.picture == "" {
		return l, nil, nil
	}
	poster, _, err := s.Blobs.Open(ctx, d.picture)
	if err != nil {
		return nil, nil, err
	}
	defer poster.Close()
	p, made, err := s.draw(ctx, poster)
	if err != nil {
		return nil, nil, err
	}
	if l.State, l.Blurhash = Ready, p.Blurhash; l.Width == 0 {
		l.Width, l.Height = p.Width, p.Height
	}
	return l, made, nil
}

// Illustrated has a video shown by a picture of it, which another room keeps.
func (s *Service) Illustrated(ctx context.Context, tx *db.Tx, content, picture string) error {
	return s.stirred(tx, illustrate(ctx, tx, content, picture, s.Now()))
}

// local is a moment that a film counts in UTC by the clock of the home: a film does not say where it was taken.
func (s *Service) local(taken, zone string) (string, string) {
	t, err := time.Parse(takenLayout, taken)
	if err != nil || zone != "+00:00" {
		return taken, zone
	}
	t = t.In(s.Zone)
	return t.Format(takenLayout), t.Format("-07:00")
}

// arrangeBatch is how many photos one transaction arranges.
const arrangeBatch = 100

// Arrange finds what photos are part of that are new, or of which something changed.
func (s *Service) Arrange(ctx context.Context) error {
	for n := arrangeBatch; n == arrangeBatch; {
		err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			all, err := staleOnes(ctx, tx, arrangeBatch)
			if err != nil {
				return err
			}
			n = len(all)
			for _, h := range all {
				if err := s.arrange(ctx, tx, h); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// arrange finds what one photo is part of, and what is part of it.
func (s *Service) arrange(ctx context.Context, tx *db.Tx, h *held) error {
	if h.trashed {
		return settled(ctx, tx, h.node)
	}
	same, err := twins(ctx, tx, h.owner, h.content)
	if err != nil {
		return err
	}
	first := h
	for i, t := range same {
		if i == 0 {
			first = t
			continue
		}
		if err := place(ctx, tx, t.node, first.node, Copy); err != nil {
			return err
		}
	}
	if h.kind == Video {
		still, err := s.stillOf(ctx, tx, first)
		if err != nil {
			return err
		}
		if still != 0 {
			return place(ctx, tx, first.node, still, Motion)
		}
		return place(ctx, tx, first.node, 0, "")
	}
	if err := place(ctx, tx, first.node, 0, ""); err != nil {
		return err
	}
	if err := s.moving(ctx, tx, first); err != nil {
		return err
	}
	return s.burst(ctx, tx, first)
}

// motionMax is how long the moving part of a photo may be, in seconds.
const motionMax = 6

// pairs reports whether a still and a video that are called the same are one photo.
func pairs(still, video *held) bool {
	if still.kind != Image || video.kind != Video || video.seconds <= 0 || video.seconds > motionMax {
		return false
	}
	apart := still.taken.Sub(video.taken)
	return apart.Abs() < 24*time.Hour // their clocks may be of different zones
}

// stillOf is the photo whose moving part a video is, 0 for none.
func (s *Service) stillOf(ctx context.Context, tx *db.Tx, video *held) (id.ID, error) {
	all, err := ofPair(ctx, tx, video.owner, video.pair)
	if err != nil {
		return 0, err
	}
	for _, h := range all {
		if h.kind == Image {
			return h.node, nil
		}
	}
	all, err = ofStem(ctx, tx, video.folder, video.stem)
	if err != nil {
		return 0, err
	}
	for _, h := range all {
		if h.pair == "" && pairs(h, video) {
			return h.node, nil
		}
	}
	return 0, nil
}

// moving finds the moving part of a photo.
func (s *Service) moving(ctx context.Context, tx *db.Tx, still *held) error {
	all, err := ofPair(ctx, tx, still.owner, still.pair)
	if err != nil {
		return err
	}
	if still.pair == "" {
		named, err := ofStem(ctx, tx, still.folder, still.stem)
		if err != nil {
			return err
		}
		for _, h := range named {
			if h.pair == "" && pairs(still, h) {
				all = append(all, h)
			}
		}
	}
	for _, h := range all {
		if h.kind == Video {
			if err := place(ctx, tx, h.node, still.node, Motion); err != nil {
				return err
			}
		}
	}
	return nil
}

// burst has the first of a burst stand for the rest.
func (s *Service) burst(ctx context.Context, tx *db.Tx, h *held) error {
	if h.burst == "" {
		return nil
	}
	all, err := ofBurst(ctx, tx, h.owner, h.burst)
	if err != nil {
		return err
	}
	seen := map[string]bool{} // of each content the first file stands for its copies
	var first id.ID
	for _, b := range all {
		if b.kind != Image || seen[b.content] {
			continue
		}
		seen[b.content] = true
		part := Burst
		if first == 0 {
			part = ""
		}
		if err := place(ctx, tx, b.node, first, part); err != nil {
			return err
		}
		if first == 0 {
			first = b.node
		}
	}
	return nil
}
