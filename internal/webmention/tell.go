package webmention

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"

	"allod/internal/address"
	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/fetch"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/markup"
	"allod/internal/media"
	"allod/internal/post"
)

const (
	targetsMax = 50                 // pages told of one post
	sendTime   = 15 * time.Second   // for an endpoint to take it
	giveUp     = 3 * 24 * time.Hour // after which a page is told no more
)

// Changed has the pages told that a post links to, or linked to before. It is
// called in the transaction in which the post is made, changed or taken away.
func (s *Service) Changed(ctx context.Context, tx *db.Tx, p *post.Post) error {
	if !s.Federates || !p.Local || !p.Visibility.Open() || p.HereOnly {
		return nil
	}
	if len(markup.Outward(p.HTML, 1)) == 0 && p.Kind != post.Article { // of an article, this is but the beginning
		before, err := targets(ctx, tx, p.ID)
		if err != nil || len(before) == 0 {
			return err
		}
	}
	return s.Jobs.Add(ctx, tx, scan{Post: p.ID, Source: post.Page(s.Names, p)}, job.Options{})
}

// scan is the job that looks which pages a post links to, or linked to before.
type scan struct {
	Post   id.ID  `json:"post"`
	Source string `json:"source"`
}

// Kind names the job.
func (scan) Kind() string { return "webmention.scan" }

func (s *Service) scan(ctx context.Context, l scan) error {
	now, err := s.outward(ctx, l.Post)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		before, err := targets(ctx, tx, l.Post)
		if err != nil {
			return err
		}
		var jobs []job.Args
		for _, t := range now {
			if err := putSent(ctx, tx, l.Post, t, l.Source, true, s.Now()); err != nil {
				return err
			}
			jobs = append(jobs, tell{l.Post, t})
		}
		for _, t := range before {
			if slices.Contains(now, t) {
				continue
			}
			if err := putSent(ctx, tx, l.Post, t, l.Source, false, s.Now()); err != nil {
				return err
			}
			jobs = append(jobs, tell{l.Post, t})
		}
		return s.Jobs.AddMany(ctx, tx, jobs, job.Options{Unique: true})
	})
}

// outward are the pages of other sites that a post links to; none of one that is gone.
func (s *Service) outward(ctx context.Context, what id.ID) (out []string, err error) {
	p, err := s.Posts.Whole(ctx, 0, what)
	if fault.Is(err, fault.NotFound, fault.Gone) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	text, _ := p.Said(func(*media.Medium) string { return "" })
	for _, to := range markup.Outward(text, targetsMax) {
		if host, err := address.HostOf(to); err == nil && !s.Ours(ctx, host) {
			out = append(out, to)
		}
	}
	return out, nil
}

// tell is the job that tells one page of a post.
type tell struct {
	Post   id.ID  `json:"post"`
	Target string `json:"target"`
}

// Kind names the job.
func (tell) Kind() string { return "webmention.tell" }

var errMore = errors.New("there is more to tell")

func (s *Service) tell(ctx context.Context, t tell) error {
	var row *sent
	err := s.DB.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		row, err = sentTo(ctx, tx, t.Post, t.Target)
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		return nil
	} else if err != nil {
		return err
	}
	leave, ok := s.enter()
	if !ok {
		return job.Later(time.Second)
	}
	defer leave()
	state, err := s.send(ctx, row.source, t.Target)
	if err != nil {
		since := row.failedSince
		if since.IsZero() {
			since = s.Now()
		}
		if s.Now().Sub(since) < giveUp {
			if row.failedSince.IsZero() {
				if err := s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return fails(ctx, tx, t.Post, t.Target, since) }); err != nil {
					return err
				}
			}
			return err
		}
		state = abandoned
	}
	err = s.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := job.Complete(ctx, tx); err != nil {
			return err
		}
		n, err := settle(ctx, tx, t.Post, t.Target, row, state)
		if err == nil && n == 0 {
			err = errMore
		}
		return err
	})
	if errors.Is(err, errMore) {
		return job.Later(0)
	}
	return err
}

// What has come of telling a page.
const (
	told      = "told"
	none      = "none" // the page wants to hear nothing
	refused   = "refused"
	abandoned = "abandoned"
)

// send tells a page that source links to it, or did (Webmention §3.1). The
// error is that it may be possible later.
func (s *Service) send(ctx context.Context, source, target string) (state string, err error) {
	endpoint, err := s.endpoint(ctx, target)
	switch {
	case fault.Is(err, fault.Unavailable, fault.Timeout):
		return "", err
	case err != nil || endpoint == "":
		return none, nil
	}
	form := url.Values{"source": {source}, "target": {target}}
	resp, err := s.Fetch.Do(ctx, fetch.Request{
		Method: http.MethodPost, URL: endpoint, Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		Body: []byte(form.Encode()), StatusOnly: true, Timeout: sendTime,
	})
	switch {
	case fault.Is(err, fault.Unavailable, fault.Timeout):
		return "", err
	case err != nil:
		return refused, nil
	case resp.Status/100 == 2:
		return told, nil
	case resp.Status >= 500, resp.Status == http.StatusTooManyRequests:
		return "", fault.New(fault.Unavailable, "").Because("the endpoint answered %d", resp.Status)
	}
	return refused, nil
}

// endpoint is where a page wants to be told of others that link to it
// (Webmention §3.1.2), "" where it wants to hear nothing.
func (s *Service) endpoint(ctx context.Context, target string) (string, error) {
	resp, err := s.Fetch.Do(ctx, fetch.Request{URL: target, MaxBytes: pageMost, Timeout: pageTime})
	if err != nil {
		return "", err
	}
	switch {
	case resp.Status >= 500, resp.Status == http.StatusTooManyRequests:
		return "", fault.New(fault.Unavailable, "").Because("the page answered %d", resp.Status)
	case resp.Status/100 != 2:
		return "", nil
	}
	base, err := url.Parse(resp.URL)
	if err != nil {
		return "", nil
	}
	ref, ok := inHeader(resp.Header.Values("Link"))
	if kind, _ := resp.MediaType(); !ok && (kind == "text/html" || kind == "application/xhtml+xml") {
		ref, ok = inPage(resp.Body)
	}
	if !ok {
		return "", nil
	}
	u, err := base.Parse(ref)
	if err != nil {
		return "", nil
	}
	u.Fragment = ""
	to, err := address.Parse(u.String())
	if err != nil || s.Ours(ctx, to.Host) {
		return "", nil
	}
	return u.String(), nil
}

// inHeader finds the endpoint in values of Link (RFC 8288 §3).
func inHeader(values []string) (string, bool) {
	for _, v := range values {
		for v != "" {
			_, after, ok := strings.Cut(v, "<")
			if !ok {
				break
			}
			ref, rest, ok := strings.Cut(after, ">")
			if !ok {
				break
			}
			params, next := rest, ""
			if i := strings.Index(rest, "<"); i >= 0 {
				params, next = rest[:i], rest[i:]
			}
			for param := range strings.SplitSeq(params, ";") {
				name, value, _ := strings.Cut(param, "=")
				value = strings.Trim(strings.TrimRight(strings.TrimSpace(value), ", "), `"`)
				if strings.EqualFold(strings.TrimSpace(name), "rel") && isRel(value) {
					return strings.TrimSpace(ref), true
				}
			}
			v = next
		}
	}
	return "", false
}

// inPage finds the endpoint in a page: its first link or a of that relation.
func inPage(body []byte) (string, bool) {
	z := html.NewTokenizer(bytes.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end: reading from memory does not fail
			return "", false
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if t.Data != "link" && t.Data != "a" {
				continue
			}
			rel, href, has := "", "", false
			for _, a := range t.Attr {
				switch a.Key {
				case "rel":
					rel = a.Val
				case "href":
					href, has = strings.TrimSpace(a.Val), true
				}
			}
			if has && isRel(rel) {
				return href, true
			}
		}
	}
}

func isRel(value string) bool {
	return slices.ContainsFunc(strings.Fields(value), func(r string) bool { return strings.EqualFold(r, "webmention") })
}
