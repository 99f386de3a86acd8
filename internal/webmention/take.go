package webmention

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/mention"
	"allod/internal/post"
)

// Take takes in that a page at source mentions the post at target. It is
// looked at later, and shown once the post's author lets it be. Invalid for
// what cannot be, NotFound where no post for everyone is at target, TooMany where too much waits.
func (s *Service) Take(ctx context.Context, source, target string) error {
	from, err := address.Parse(source)
	if err != nil {
		return fault.New(fault.Invalid, "fault.mention.source").In("source")
	}
	to, err := address.Parse(target)
	if err != nil || !s.Ours(ctx, to.Host) {
		return fault.New(fault.Invalid, "fault.mention.target").In("target")
	}
	if s.Ours(ctx, from.Host) {
		return fault.New(fault.Invalid, "fault.mention.ours").In("source")
	}
	if err := s.Refuse(ctx, from.Host); err != nil {
		return err
	}
	p, err := s.postAt(ctx, to)
	if err != nil {
		return err
	}
	from.Fragment, from.RawFragment = "", ""
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		m, err := s.Mentions.Take(ctx, tx, mention.Mention{Source: from.String(), Target: target, Host: from.Host, PostID: p.ID, OwnerID: p.AuthorID})
		if err != nil {
			return err
		}
		return s.Jobs.Add(ctx, tx, look{m}, job.Options{Unique: true})
	})
}

// postAt is the post for everyone whose page is at an address.
func (s *Service) postAt(ctx context.Context, at *url.URL) (*post.Post, error) {
	unknown := fault.New(fault.NotFound, "fault.mention.no_post").In("target")
	what, err := id.Parse(at.Path[strings.LastIndexByte(at.Path, '/')+1:])
	if err != nil {
		return nil, unknown
	}
	p, err := s.Posts.Get(ctx, 0, what)
	if fault.Is(err, fault.NotFound, fault.Gone) {
		return nil, unknown
	} else if err != nil {
		return nil, err
	}
	page, err := address.Parse(post.Page(s.Names, p))
	if err != nil || !p.Local || !p.Visibility.Open() || page.Path != at.Path {
		return nil, unknown
	}
	return p, nil
}

// look is the job that looks at a page that is said to mention a post.
type look struct {
	Mention id.ID `json:"mention"`
}

// Kind names the job.
func (look) Kind() string { return "webmention.look" }

// tries is how often a page is looked for that does not answer.
const tries = 5

var errAgain = errors.New("the page was told of once more")

func (s *Service) look(ctx context.Context, l look) error {
	m, err := s.Mentions.Due(ctx, l.Mention)
	if fault.Is(err, fault.NotFound) {
		return nil
	} else if err != nil {
		return err
	}
	leave, ok := s.enter()
	if !ok {
		return job.Later(time.Second)
	}
	defer leave()
	found, err := s.read(ctx, m)
	if fault.Is(err, fault.Unavailable, fault.Timeout, fault.TooMany) {
		if m.Tries+1 < tries {
			if err := s.Mentions.Tried(ctx, m.ID); err != nil {
				return err
			}
			return job.Later(10 * time.Second << m.Tries)
		}
		if m.State != mention.Unread { // it stays as it was when it could be read
			found = m
		}
	} else if err != nil {
		s.Log.Debug("a page mentions nothing", "error", err)
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := job.Complete(ctx, tx); err != nil {
			return err
		}
		done, err := s.Mentions.Found(ctx, tx, m, found)
		if err == nil && !done {
			err = errAgain
		}
		return err
	})
	if errors.Is(err, errAgain) {
		return job.Later(0)
	}
	return err
}

// read is what a page says about a post, nil where it says nothing, or is gone.
func (s *Service) read(ctx context.Context, m *mention.Mention) (*mention.Mention, error) {
	resp, err := s.Fetch.Do(ctx, fetch.Request{
		URL: m.Source, Accept: []string{"text/html", "application/xhtml+xml"}, MaxBytes: pageMost, Timeout: pageTime,
	})
	if err != nil {
		return nil, err
	}
	switch {
	case resp.Status >= 500, resp.Status == http.StatusTooManyRequests:
		return nil, fault.New(fault.Unavailable, "").Because("the page answered %d", resp.Status)
	case resp.Status/100 != 2:
		return nil, fault.New(fault.NotFound, "").Because("the page answered %d", resp.Status)
	}
	return parse(resp, m)
}
