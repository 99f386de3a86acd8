package film

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"allod/internal/blob"
	"allod/internal/db"
	"allod/internal/fact"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/media"
)

// Config is what the service is made of.
type Config struct {
	DB      *db.DB
	Blobs   blob.Store
	Now     func() time.Time
	Log     *slog.Logger
	Gallery Gallery
	Self    string   // the program that, begun with Args, is Worker
	Args    []string // and what follows them
}

// Service has films made.
type Service struct {
	Config
	tool *tool // nil where there is no ffmpeg
	wake chan struct{}

	// Posted is recorded when there is a picture of a video.
	Posted fact.Fact[Poster]
}

// A Poster is a picture of a video.
type Poster struct {
	Content string // hash of the video
	Blob    string // of the picture, a JPEG
}

// New returns the service. It works on nothing until it runs.
func New(cfg Config) *Service {
	return &Service{Config: cfg, tool: findTool(cfg.Self, cfg.Args), wake: make(chan struct{}, 1)}
}

// Able reports whether films are made here at all: ffmpeg was found.
func (s *Service) Able() bool { return s.tool != nil }

// is reports whether a file is a video.
func is(n *file.Node) bool { return kindOf(n) == media.Video }

// kindOf is whether a file is a video or a sound, "" for neither.
func kindOf(n *file.Node) string {
	kind, _, _ := strings.Cut(n.Mime, "/")
	if n.Folder || n.Blob == "" || kind != media.Video && kind != media.Audio {
		return ""
	}
	return kind
}

// Changed has a film made of a video that is new.
func (s *Service) Changed(ctx context.Context, tx *db.Tx, c file.Change) error {
	if !s.Able() || !is(c.Node) || c.Kind == file.Removed || c.Kind == file.ThrownAway {
		return nil
	}
	n, err := await(ctx, tx, c.Node.Blob, media.Video, s.Now())
	if err == nil && n > 0 {
		tx.After(s.rouse)
	}
	return err
}

func (s *Service) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Of is what is made of the video or sound a file holds. NotFound for what is none, or where none are made.
func (s *Service) Of(ctx context.Context, n *file.Node) (f *Film, err error) {
	if kindOf(n) == "" {
		return nil, fault.New(fault.NotFound, "fault.film.unknown")
	}
	return s.OfContent(ctx, n.Blob)
}

// OfContent is what is made of some content.
func (s *Service) OfContent(ctx context.Context, content string) (f *Film, err error) {
	err = s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err = get(ctx, tx, content)
		if errors.Is(err, db.ErrNoRows) {
			err = fault.New(fault.NotFound, "fault.film.unknown")
		}
		return err
	})
	return f, err
}

// OpenPoster reads the picture of a film, a JPEG. NotFound if there is none yet.
func (s *Service) OpenPoster(ctx context.Context, f *Film) (io.ReadSeekCloser, error) {
	if f.poster == "" {
		return nil, fault.New(fault.NotFound, "fault.film.unknown")
	}
	r, _, err := s.Blobs.Open(ctx, f.poster)
	return r, err
}

// Rendition is one of a film's by its name, nil for none.
func (f *Film) Rendition(name string) *Rendition {
	for _, r := range f.Renditions {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// Open reads the pieces of a rendition, an MP4.
func (s *Service) Open(ctx context.Context, r *Rendition) (io.ReadSeekCloser, error) {
	f, _, err := s.Blobs.Open(ctx, r.blob)
	return f, err
}

// How the work is done: one video at a time, since each takes all that the
// machine has to spare; a claim lasts as long as somebody renews it.
const (
	lease    = 2 * time.Minute
	tries    = 3  // where ffmpeg could not be run
	triesMax = 10 // begun in all
	idle     = time.Minute
)

// Run works on what is due until ctx ends.
func (s *Service) Run(ctx context.Context) {
	if !s.Able() {
		return
	}
	if err := s.catchUp(ctx); err != nil && ctx.Err() == nil {
		s.Log.Error("videos could not be listed", "error", err)
	}
	for {
		if err := s.Work(ctx); err != nil && ctx.Err() == nil {
			s.Log.Error("videos could not be worked on", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-time.After(idle):
		}
	}
}

// catchUp has films made of videos that came while there was no ffmpeg.
func (s *Service) catchUp(ctx context.Context) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return awaitAll(ctx, tx, s.Now()) })
}

// Work does what there is to do now.
func (s *Service) Work(ctx context.Context) error {
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
		if err := s.workOn(ctx, next); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// workOn makes what is missing of a film. A video that cannot be worked on is no error.
func (s *Service) workOn(ctx context.Context, d *due) error {
	var err error
	if d.tries > triesMax { // it takes the machine down with it
		err = fault.New(fault.Unsupported, "fault.film.unreadable")
	} else {
		err = s.make(ctx, d)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case fault.Is(err, fault.Unavailable) && d.tries < tries:
		return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			return again(ctx, tx, d.content, s.Now().Add(time.Duration(d.tries)*5*time.Minute))
		})
	case fault.Is(err, fault.Unavailable, fault.Unsupported, fault.Timeout):
		s.Log.Info("a video is kept as it came", "error", err)
		why, _ := fault.Message(err)
		return s.settle(ctx, d.content, None, why)
	case fault.Is(err, fault.NotFound): // the content is gone
		return s.settle(ctx, d.content, None, "")
	case err != nil:
		return err
	}
	return s.finish(ctx, d.content)
}

// finish says that all is made, and equips the media that wait for it. If it
// was wanted in one piece meanwhile, that is due.
func (s *Service) finish(ctx context.Context, content string) error {
	f, err := s.OfContent(ctx, content)
	if err != nil {
		return err
	}
	parts, err := s.outfit(ctx, f)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := ready(ctx, tx, content)
		if err == nil && n == 0 {
			err = again(ctx, tx, content, s.Now())
		}
		if err != nil || f.whole.blob == "" {
			return err
		}
		return media.Equip(ctx, tx, content, s.Now(), parts)
	})
}

func (s *Service) settle(ctx context.Context, content string, as State, why string) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return settle(ctx, tx, content, as, why) })
}

func (s *Service) make(ctx context.Context, d *due) error {
	folder, err := os.MkdirTemp("", "allod-film-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	video, err := s.video(ctx, folder, d.content)
	if err != nil {
		return err
	}
	defer video.Close()
	ctx, renewed := s.keepClaim(ctx, d.content)
	defer renewed()
	src, err := s.tool.probe(ctx, folder, video, d.kind)
	if err != nil {
		return err
	}
	var now *Film
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := describe(ctx, tx, d.content, src); err != nil {
			return err
		}
		now, err = get(ctx, tx, d.content)
		return err
	})
	if err != nil {
		return err
	}
	if d.kind == media.Audio {
		return s.makeSound(ctx, d, folder, video, src, now)
	}
	if now.poster == "" {
		if err := s.makePoster(ctx, d, folder, video, src); err != nil {
			return err
		}
	}
	all := sizes(src.width, src.height)
	for i := range all {
		one := all[len(all)-1-i] // the smallest first, so that something plays soon
		if err := s.makeRendition(ctx, d, folder, video, src, one, now, i, len(all)); err != nil {
			return err
		}
	}
	return s.makeWhole(ctx, d, folder)
}

// video is a file of the content: where it lies, or a copy of what lies elsewhere.
func (s *Service) video(ctx context.Context, folder, content string) (*os.File, error) {
	r, _, err := s.Blobs.Open(ctx, content)
	if err != nil {
		return nil, err
	}
	if f, ok := r.(*os.File); ok {
		return f, nil
	}
	defer r.Close()
	f, err := os.CreateTemp(folder, "video-")
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(f, r); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	_, err = f.Seek(0, io.SeekStart)
	return f, err
}

// keepClaim renews a claim for as long as the work takes.
func (s *Service) keepClaim(ctx context.Context, content string) (context.Context, func()) {
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(lease / 4):
			}
			err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return again(ctx, tx, content, s.Now().Add(lease)) })
			if err != nil && ctx.Err() == nil {
				s.Log.Warn("a claim on a video could not be renewed", "error", err)
			}
		}
	}()
	return ctx, func() { stop(); <-ended }
}

func (s *Service) makePoster(ctx context.Context, d *due, folder string, video *os.File, src *source) error {
	made, err := s.tool.poster(ctx, folder, video, src)
	if fault.Is(err, fault.Unsupported) || errors.Is(err, os.ErrNotExist) {
		return nil // a video may be without a picture there
	}
	if err != nil {
		return err
	}
	ref, err := s.keep(ctx, made)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := setPoster(ctx, tx, d.content, ref.Hash); err != nil {
			return err
		}
		return s.Posted.Record(ctx, tx, Poster{d.content, ref.Hash})
	})
}

// keep stores a file that was made.
func (s *Service) keep(ctx context.Context, made string) (blob.Ref, error) {
	f, err := os.Open(made)
	if err != nil {
		return blob.Ref{}, err
	}
	defer f.Close()
	return s.Blobs.Put(ctx, f)
}

// makeRendition makes one of a film's renditions, the i-th of n, unless it is there.
func (s *Service) makeRendition(ctx context.Context, d *due, folder string, video *os.File, src *source, one size, now *Film, i, n int) error {
	for _, r := range now.Renditions {
		if r.Width == one.width && r.Height == one.height {
			return nil
		}
	}
	r, made, err := s.tool.rendition(ctx, folder, video, src, one, s.progress(ctx, d, src, i, n))
	if err != nil {
		return err
	}
	ref, err := s.keep(ctx, made)
	if err != nil {
		return err
	}
	_ = os.Remove(made)
	r.blob, r.Size = ref.Hash, ref.Size
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return putRendition(ctx, tx, d.content, r) })
}

// Sweep forgets films of videos that no file holds any more.
func (s *Service) Sweep(ctx context.Context) error {
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return forget(ctx, tx) })
}

// UsedBlobs are those of hashes that a film refers to.
func UsedBlobs(ctx context.Context, tx *db.Tx, hashes []string) ([]string, error) {
	return usedBlobs(ctx, tx, hashes)
}
