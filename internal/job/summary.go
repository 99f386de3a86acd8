package job

import (
	"cmp"
	"context"
	"slices"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"allod/internal/db"
)

// A Summary is one kind of job that is not done.
type Summary struct {
	Kind      string
	Waiting   int64
	Running   int64
	Failing   int64 // failed at least once, and is tried again
	LastError string
}

// failingListed is how many failing jobs are looked at for what they last failed of.
const failingListed = 100

// Summaries are the jobs that are not done, by kind, those with the most failures first.
func (q *Queue) Summaries(ctx context.Context) ([]Summary, error) {
	var counts []kindCount
	err := q.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		counts, err = countKinds(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	by := map[string]*Summary{}
	for _, c := range counts {
		if by[c.kind] == nil {
			by[c.kind] = &Summary{Kind: c.kind}
		}
		by[c.kind].count(rivertype.JobState(c.state), c.n)
	}
	if q.engine != nil {
		p := river.NewJobListParams().States(rivertype.JobStateRetryable).OrderBy(river.JobListOrderByID, river.SortOrderDesc).First(failingListed)
		failing, err := q.engine.list(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, j := range failing.Jobs {
			if s := by[j.Kind]; s != nil && s.LastError == "" && len(j.Errors) > 0 {
				s.LastError = j.Errors[len(j.Errors)-1].Error
			}
		}
	}
	out := make([]Summary, 0, len(by))
	for _, s := range by {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Summary) int { return cmp.Or(cmp.Compare(b.Failing, a.Failing), cmp.Compare(a.Kind, b.Kind)) })
	return out, nil
}

func (s *Summary) count(state rivertype.JobState, n int64) {
	switch state {
	case rivertype.JobStateRunning:
		s.Running += n
	case rivertype.JobStateRetryable:
		s.Failing += n
	default:
		s.Waiting += n
	}
}

// A kindCount is how many jobs of a kind are in a state.
type kindCount struct {
	kind, state string
	n           int64
}
