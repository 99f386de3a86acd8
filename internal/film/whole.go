package film

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/media"
)

// Gallery makes media of videos and sounds.
type Gallery interface {
	Adopt(ctx context.Context, owner id.ID, a media.Adopted) (*media.Medium, error)
}

// Medium makes a medium of a person's video or sound, loose as uploads are, for
// a post to show. It refers to the bytes of the file, and waits until what may
// leave the home is made of them. Unsupported for what nothing can be made of.
func (s *Service) Medium(ctx context.Context, n *file.Node) (*media.Medium, error) {
	kind := kindOf(n)
	switch {
	case kind == "":
		return nil, fault.New(fault.Unsupported, "fault.film.unknown")
	case !s.Able():
		return nil, fault.New(fault.Unsupported, "fault.film.no_tool")
	}
	var f *Film
	err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := await(ctx, tx, n.Blob, kind, s.Now()); err != nil {
			return err
		}
		if err := want(ctx, tx, n.Blob, s.Now()); err != nil {
			return err
		}
		tx.After(s.rouse)
		var err error
		f, err = get(ctx, tx, n.Blob)
		return err
	})
	if err == nil && f.State == None {
		why := f.Why
		if why == "" {
			why = "fault.film.unreadable"
		}
		err = fault.New(fault.Unsupported, why)
	}
	if err != nil {
		return nil, err
	}
	m, err := s.Gallery.Adopt(ctx, n.OwnerID, media.Adopted{
		Kind: kind, Mime: n.Mime, NodeID: n.ID, Width: f.Width, Height: f.Height,
		Files: []media.File{{Variant: media.Original, Blob: n.Blob, Size: n.Size, Mime: n.Mime}},
	})
	if err != nil {
		return nil, err
	}
	return m, s.equip(ctx, n.Blob)
}

// equip gives what waits for content its parts, if they are made.
func (s *Service) equip(ctx context.Context, content string) error {
	f, err := s.OfContent(ctx, content)
	if err != nil || f.whole.blob == "" {
		return err
	}
	o, err := s.outfit(ctx, f)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return media.Equip(ctx, tx, content, s.Now(), o) })
}

// outfit is all of a film that may leave the home, as long as it is wanted in one piece.
func (s *Service) outfit(ctx context.Context, f *Film) (o media.Outfit, err error) {
	if f.whole.blob == "" {
		return o, nil
	}
	o = media.Outfit{Width: f.Width, Height: f.Height, Seconds: f.Seconds}
	add := func(name string, part media.File) { o.Parts = append(o.Parts, media.Part{Name: name, File: part}) }
	if f.kind == media.Audio {
		add("sound.m4a", media.File{Variant: media.Large, Blob: f.whole.blob, Mime: "audio/mp4", Size: f.whole.size})
		for _, r := range f.Renditions {
			add("sound.webm", media.File{Variant: media.Piece + r.Name, Blob: r.blob, Mime: "audio/webm", Size: r.Size})
		}
		return o, nil
	}
	add("video.mp4", media.File{Variant: media.Large, Blob: f.whole.blob, Mime: "video/mp4", Width: f.whole.width, Height: f.whole.height, Size: f.whole.size})
	if f.poster != "" {
		add("poster.jpg", media.File{Variant: media.Small, Blob: f.poster, Mime: "image/jpeg", Width: f.Width, Height: f.Height})
	}
	list := func(name, variant, text string, r Rendition) error {
		ref, err := s.Blobs.Put(ctx, strings.NewReader(text))
		add(name, media.File{Variant: variant, Blob: ref.Hash, Mime: ListType, Width: r.Width, Height: r.Height, Size: ref.Size})
		return err
	}
	for _, r := range f.Renditions {
		add(r.Name+".mp4", media.File{Variant: media.Piece + r.Name, Blob: r.blob, Mime: "video/mp4", Width: r.Width, Height: r.Height, Size: r.Size})
		if err := list(r.Name+".m3u8", media.Piece+r.Name+"-list", r.Playlist, *r); err != nil {
			return o, err
		}
	}
	return o, list("all.m3u8", media.List, f.Master(), Rendition{Width: f.Width, Height: f.Height})
}

// ListType is that of playlists (RFC 8216 §4).
const ListType = "application/vnd.apple.mpegurl"

// wholeMax is the largest size of a video in one piece, in bytes, while there is a smaller one: Mastodon takes up to 99 MB.
const wholeMax = 95_000_000

// makeWhole makes one piece of a video that is wanted so, of the largest of its sizes that others take.
func (s *Service) makeWhole(ctx context.Context, d *due, folder string) error {
	f, err := s.OfContent(ctx, d.content)
	if err != nil || !f.wanted || f.whole.blob != "" || len(f.Renditions) == 0 {
		return err
	}
	of := f.Renditions[len(f.Renditions)-1]
	for _, r := range f.Renditions {
		if r.Size <= wholeMax {
			of = r
			break
		}
	}
	video, err := s.video(ctx, folder, of.blob)
	if err != nil {
		return err
	}
	defer video.Close()
	made, err := s.tool.whole(ctx, folder, video, f.Seconds)
	if err != nil {
		return err
	}
	return s.keepWhole(ctx, d.content, made, of.Width, of.Height)
}

// keepWhole stores content in one piece.
func (s *Service) keepWhole(ctx context.Context, content, made string, width, height int) error {
	ref, err := s.keep(ctx, made)
	if err != nil {
		return err
	}
	_ = os.Remove(made)
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return setWhole(ctx, tx, content, whole{ref.Hash, ref.Size, width, height})
	})
}

// The sound that browsers play, made of others.
const opus = "opus"

// makeSound makes what may leave of a sound: one piece that everything plays, and a smaller one for browsers.
func (s *Service) makeSound(ctx context.Context, d *due, folder string, from *os.File, src *source, now *Film) error {
	const steps = 2
	if now.whole.blob == "" {
		made, err := s.tool.sound(ctx, folder, from, src, "sound.m4a", []string{"-c:a", "aac", "-b:a", "160k", "-movflags", "+faststart", "-f", "mp4"}, s.progress(ctx, d, src, 0, steps))
		if err != nil {
			return err
		}
		if err := s.keepWhole(ctx, d.content, made, 0, 0); err != nil {
			return err
		}
	}
	if now.Rendition(opus) != nil {
		return nil
	}
	made, err := s.tool.sound(ctx, folder, from, src, "sound.webm", []string{"-c:a", "libopus", "-b:a", "96k", "-f", "webm"}, s.progress(ctx, d, src, 1, steps))
	if err != nil {
		return err
	}
	ref, err := s.keep(ctx, made)
	if err != nil {
		return err
	}
	r := &Rendition{Name: opus, Codecs: opus, blob: ref.Hash, Size: ref.Size}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return putRendition(ctx, tx, d.content, r) })
}

// progress notes how much of a step of the work is done, the i-th of n.
func (s *Service) progress(ctx context.Context, d *due, src *source, i, n int) func(seconds float64) {
	var told time.Time
	return func(seconds float64) {
		at := s.Now()
		if at.Sub(told) <= time.Second {
			return
		}
		told = at
		percent := int(100 * (float64(i) + min(seconds/src.seconds, 1)) / float64(n))
		err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return progress(ctx, tx, d.content, percent) })
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("the progress of a video could not be kept", "error", err)
		}
	}
}

// whole puts a size of a video into one piece that plays from its beginning while it comes, and returns its file.
func (t *tool) whole(ctx context.Context, folder string, from *os.File, seconds float64) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, baseTime+time.Duration(seconds*float64(time.Second)))
	defer cancel()
	to := filepath.Join(folder, "whole.mp4")
	return to, t.run(ctx, t.ffmpeg, folder, from, writing(guarded("-i", input, "-map", "0:v:0", "-map", "0:a:0?"), bare, []string{"-c", "copy"}, bareStream,
		[]string{"-movflags", "+faststart", "-f", "mp4", to}), func(string) {})
}

// sound makes one copy of a sound, without the picture that may come with it, and returns its file.
func (t *tool) sound(ctx context.Context, folder string, from *os.File, src *source, name string, as []string, done func(seconds float64)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, baseTime+time.Duration(src.seconds*float64(time.Second)))
	defer cancel()
	to := filepath.Join(folder, name)
	return to, t.run(ctx, t.ffmpeg, folder, from, writing(guarded("-i", input, "-map", "0:a:0", "-vn", "-ac", "2"), bare, as, []string{"-progress", "pipe:1", to}), told(done))
}
