package post

import (
	"encoding/json"
	"fmt"
	"time"

	"allod/internal/db"
)

// How rows become values and back.

func scan(r *db.Rows) (*Post, error) {
	p := &Post{}
	var tags string
	var published, edited, arrived, pinned int64
	err := r.Scan(&p.ID, &p.AuthorID, &p.Local, &p.Kind, &p.Visibility, &p.URI, &p.Location, &p.URL, &p.ReplyToID, &p.ReplyToURI,
		&p.ReplyToAccountID, &p.ThreadID, &p.Title, &p.Warning, &p.Sensitive, &p.Language, &p.Text, &p.HTML, &p.clean, &tags,
		&p.mediaCount, &p.Likes, &p.Boosts, &p.Replies, &published, &edited, &arrived, &p.polled, &p.Words, &p.Rights, &p.HereOnly, &pinned)
	if err != nil {
		return nil, err
	}
	p.PublishedAt, p.ArrivedAt = time.UnixMicro(published).UTC(), time.UnixMicro(arrived).UTC()
	if edited != 0 {
		p.EditedAt = time.UnixMicro(edited).UTC()
	}
	if pinned != 0 {
		p.PinnedAt = time.UnixMicro(pinned).UTC()
	}
	if tags != "" && tags != "{}" {
		if err := json.Unmarshal([]byte(tags), &p.Tags); err != nil {
			return nil, fmt.Errorf("post %d: %w", p.ID, err)
		}
	}
	return p, nil
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func (t Tags) json() (string, error) {
	if len(t.Mentions) == 0 && len(t.Hashtags) == 0 && len(t.Emoji) == 0 {
		return "{}", nil
	}
	b, err := json.Marshal(t)
	return string(b), err
}

func scanBoost(r *db.Rows) (*Boost, error) {
	b := &Boost{}
	var made int64
	err := r.Scan(&b.ID, &b.AccountID, &b.PostID, &b.Visibility, &b.URI, &made)
	b.CreatedAt = time.UnixMicro(made).UTC()
	return b, err
}

func scanLike(r *db.Rows) (*Like, error) {
	l := &Like{}
	var made int64
	err := r.Scan(&l.ID, &l.AccountID, &l.PostID, &l.URI, &made)
	l.CreatedAt = time.UnixMicro(made).UTC()
	return l, err
}

func scanEntry(r *db.Rows) (e Entry, err error) {
	err = r.Scan(&e.ID, &e.PostID, &e.BoostID)
	return e, err
}

func scanRevision(rows *db.Rows) (*Revision, error) {
	r := &Revision{}
	var said int64
	var shown string
	err := rows.Scan(&r.ID, &r.PostID, &said, &r.Title, &r.Warning, &r.Sensitive, &r.Language, &r.Summary, &r.HTML, &r.clean, &r.Words,
		&r.Rights, &shown)
	if err != nil {
		return nil, err
	}
	r.SaidAt = time.UnixMicro(said).UTC()
	return r, json.Unmarshal([]byte(shown), &r.shown)
}
