package search

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"time"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/file"
	"allod/internal/id"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/page"
	"allod/internal/post"
)

// Service takes in words and finds them again.
type Service struct {
	db    *db.DB
	posts *post.Service
	text  *markup.Engine
	now   func() time.Time
	log   *slog.Logger
	wake  chan struct{}

	// OpenFile reads what a file holds. Without it files are found by their names alone.
	OpenFile func(ctx context.Context, n *file.Node) (io.ReadSeekCloser, error)
}

// New returns the service. It takes nothing in until it runs.
func New(d *db.DB, posts *post.Service, text *markup.Engine, now func() time.Time, log *slog.Logger) *Service {
	return &Service{db: d, posts: posts, text: text, now: now, log: log, wake: make(chan struct{}, 1)}
}

// Note puts a post down whose words have changed, or which is gone.
func (s *Service) Note(ctx context.Context, tx *db.Tx, post id.ID) error {
	tx.After(s.rouse)
	return note(ctx, tx, due{kind: ofPost, id: post, at: s.now().UnixMicro()})
}

// NotePerson puts somebody down whose name has changed, or who is gone.
func (s *Service) NotePerson(ctx context.Context, tx *db.Tx, who id.ID) error {
	tx.After(s.rouse)
	return note(ctx, tx, due{kind: ofPerson, id: who, at: s.now().UnixMicro()})
}

// NotePages puts somebody's pages down, one of which has changed or is gone.
func (s *Service) NotePages(ctx context.Context, tx *db.Tx, who id.ID) error {
	tx.After(s.rouse)
	return note(ctx, tx, due{kind: ofPages, id: who, at: s.now().UnixMicro()})
}

func (s *Service) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// How words are taken in: so many at a time, a little after the change so
// that more come together, and now and then for what another process noted.
const (
	batch  = 64
	gather = 200 * time.Millisecond
	idle   = 30 * time.Second
)

// Run takes in what is due until ctx ends.
func (s *Service) Run(ctx context.Context) {
	for {
		took, err := s.Take(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.Error("words could not be taken in for the search", "error", err)
		}
		if took == batch && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-time.After(idle):
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(gather):
		}
	}
}

// An entry is a due thing with its words, nil where it is gone.
type entry struct {
	due
	open  bool
	words db.Words
	pages map[id.ID]db.Words // of a person, by page
	file  *file.Node         // whose words are read outside of any transaction
}

// Take takes in the words of some things that are due, and says of how many.
func (s *Service) Take(ctx context.Context) (took int, err error) {
	var entries []entry
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		all, err := dues(ctx, tx, batch)
		if err != nil {
			return err
		}
		entries, err = s.read(ctx, tx, all)
		return err
	})
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	for i := range entries {
		if n := entries[i].file; n != nil {
			if entries[i].words, err = s.wordsOfFile(ctx, n); err != nil {
				return 0, err
			}
		}
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, e := range entries {
			if err := e.put(ctx, tx); err != nil {
				return err
			}
			if err := done(ctx, tx, e.due); err != nil {
				return err
			}
		}
		return nil
	})
	return len(entries), err
}

func (e entry) put(ctx context.Context, tx *db.Tx) error {
	switch e.kind {
	case ofPerson:
		if err := dropPerson(ctx, tx, e.id); err != nil || e.words == nil {
			return err
		}
		return putPerson(ctx, tx, e.id, e.words)
	case ofFile:
		if err := dropFile(ctx, tx, e.id); err != nil || e.words == nil {
			return err
		}
		return putFile(ctx, tx, e.id, e.words)
	case ofPages:
		if err := dropPages(ctx, tx, e.id); err != nil {
			return err
		}
		for p, words := range e.pages {
			if err := putPage(ctx, tx, p, words); err != nil {
				return err
			}
		}
		return nil
	}
	if err := dropPost(ctx, tx, e.id); err != nil || e.words == nil {
		return err
	}
	if e.open {
		return putOpen(ctx, tx, e.id, e.words)
	}
	return putKept(ctx, tx, e.id, e.words)
}

// read finds the words of what is due.
func (s *Service) read(ctx context.Context, tx *db.Tx, all []due) ([]entry, error) {
	ids := map[kind][]id.ID{}
	for _, d := range all {
		ids[d.kind] = append(ids[d.kind], d.id)
	}
	said, err := post.Words(ctx, tx, ids[ofPost])
	if err != nil {
		return nil, err
	}
	pictures, err := media.OfPosts(ctx, tx, ids[ofPost])
	if err != nil {
		return nil, err
	}
	accounts, err := account.List(ctx, tx, ids[ofPerson])
	if err != nil {
		return nil, err
	}
	files, err := file.WithIDs(ctx, tx, ids[ofFile])
	if err != nil {
		return nil, err
	}
	byPost := make(map[id.ID]*post.Spoken, len(said))
	for _, p := range said {
		byPost[p.ID] = p
	}
	entries := make([]entry, len(all))
	for i, d := range all {
		e := &entries[i]
		e.due = d
		switch d.kind {
		case ofPerson:
			if a := accounts[d.id]; a != nil && a.GoneAt.IsZero() {
				e.words = wordsOfPerson(a)
			}
		case ofPages:
			if e.pages, err = s.wordsOfPages(ctx, tx, d.id); err != nil {
				return nil, err
			}
		case ofFile:
			e.file = files[d.id]
		case ofPost:
			if p := byPost[d.id]; p != nil {
				e.open, e.words = p.Visibility.Open(), s.wordsOf(p, pictures[p.ID])
			}
		}
	}
	return entries, nil
}

func (s *Service) wordsOfPages(ctx context.Context, tx *db.Tx, who id.ID) (map[id.ID]db.Words, error) {
	pages, err := page.Open(ctx, tx, who)
	words := make(map[id.ID]db.Words, len(pages))
	for _, p := range pages {
		var b bag
		b.put(markAuthor(who))
		b.text(p.Title, p.Language)
		b.text(p.Label, p.Language)
		b.text(s.text.Plain(s.text.Render(p.Text, markup.Links{})), p.Language)
		words[p.ID] = db.Words(b.words)
	}
	return words, err
}

func wordsOfPerson(a *account.Account) db.Words {
	var b bag
	for _, text := range []string{a.DisplayName, a.Name, a.Host} {
		cut(text, func(w string) { b.put(fold(w)) })
	}
	return db.Words(b.words)
}

func (s *Service) wordsOf(p *post.Spoken, pictures []*media.Medium) db.Words {
	var b bag
	b.put(markAuthor(p.AuthorID))
	if p.Local {
		b.put(markHere)
	}
	if p.Pictured {
		b.put(markPicture)
	}
	if p.Kind == "article" {
		b.put(markArticle)
	}
	b.text(p.Title, p.Language)
	b.text(p.Warning, p.Language)
	b.text(strings.Join(p.Hashtags, " "), p.Language)
	b.text(s.text.Plain(p.HTML), p.Language)
	for _, m := range pictures {
		b.text(m.Alt, p.Language)
	}
	return db.Words(b.words)
}
