package subscriber

import (
	"context"
	"errors"
	"slices"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/id"
	"allod/internal/job"
	"allod/internal/post"
)

// look is the job that looks for digests that are due.
type look struct{}

// Kind names the job.
func (look) Kind() string { return "subscriber.look" }

// run is the job that puts digests of one person down.
type run struct {
	Account   id.ID     `json:"account"`
	Frequency Frequency `json:"frequency"`
}

// Kind names the job.
func (run) Kind() string { return "subscriber.run" }

var once = job.Options{Unique: true}

// Published has those told who want to hear of every post.
func (s *Service) Published(ctx context.Context, tx *db.Tx, f post.Published) error {
	if f.Post.Visibility != post.Public {
		return nil
	}
	any, err := anyEach(ctx, tx, f.Post.AuthorID)
	if err != nil || !any {
		return err
	}
	return s.jobs.Add(ctx, tx, run{Account: f.Post.AuthorID, Frequency: Each}, once)
}

// look puts down a job for each person whose subscribers are due.
func (s *Service) look(ctx context.Context, _ look) error {
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, f := range []Frequency{Daily, Weekly} {
			accounts, err := dueAccounts(ctx, tx, f, s.now())
			if err != nil {
				return err
			}
			for _, a := range accounts {
				if err := s.jobs.Add(ctx, tx, run{Account: a, Frequency: f}, once); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// chunk is how many subscribers one transaction puts a digest down for.
const chunk = 200

// errLeft undoes a completion: somebody became due in the meantime.
var errLeft = errors.New("somebody is due")

// run puts digests down, a chunk at a time, until nobody is due. It ends the
// job first and then looks: another unique one may have been left out for it.
func (s *Service) run(ctx context.Context, r run) error {
	for {
		n, err := s.Advance(ctx, r.Account, r.Frequency)
		if err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			if err := job.Complete(ctx, tx); err != nil {
				return err
			}
			newest, err := post.NewestTold(ctx, tx, r.Account)
			if err != nil {
				return err
			}
			left, err := due(ctx, tx, r.Account, r.Frequency, newest, s.now(), 1)
			if err == nil && len(left) > 0 {
				err = errLeft
			}
			return err
		})
		if !errors.Is(err, errLeft) {
			return err
		}
	}
}

// PostsMax is how many posts one digest holds; what is older is on the page.
const PostsMax = 30

// Advance puts digests down for the next chunk of subscribers who are due, and
// tells how many these were.
func (s *Service) Advance(ctx context.Context, owner id.ID, f Frequency) (n int, err error) {
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := account.Get(ctx, tx, owner)
		if err != nil {
			return err
		}
		newest, err := post.NewestTold(ctx, tx, owner)
		if err != nil {
			return err
		}
		subs, err := due(ctx, tx, owner, f, newest, s.now(), chunk)
		if err != nil || len(subs) == 0 {
			return err
		}
		n = len(subs)
		ids := make([]id.ID, n)
		for i, sub := range subs {
			ids[i] = sub.ID
		}
		mine, err := advance(ctx, tx, ids, newest, s.now(), f.next(s.now(), s.zone))
		if err != nil {
			return err
		}
		subs = slices.DeleteFunc(subs, func(sub *Subscriber) bool { return !slices.Contains(mine, sub.ID) })
		return s.tell(ctx, tx, a, f, subs)
	})
	return n, err
}

// tell records a digest for each group of subscribers who are told the same.
func (s *Service) tell(ctx context.Context, tx *db.Tx, a *account.Account, f Frequency, subs []*Subscriber) error {
	for begin := 0; begin < len(subs); {
		end := begin + 1
		for end < len(subs) && subs[end].Language == subs[begin].Language && subs[end].last == subs[begin].last {
			end++
		}
		posts, err := s.posts.ToldSince(ctx, tx, a.ID, subs[begin].last, PostsMax+1)
		if err != nil {
			return err
		}
		due := Due{Owner: a, Frequency: f, Language: subs[begin].Language, Posts: posts, To: subs[begin:end]}
		if len(posts) > PostsMax {
			due.Posts, due.More = posts[len(posts)-PostsMax:], true
		}
		if len(posts) > 0 {
			if err := s.Due.Record(ctx, tx, due); err != nil {
				return err
			}
		}
		begin = end
	}
	return nil
}
