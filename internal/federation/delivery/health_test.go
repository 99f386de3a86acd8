package delivery_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/federation/delivery"
	"allod/internal/id"
)

// tell is send for what is about a post.
func (o *office) tell(verb string, post id.ID, inboxes ...string) string {
	o.t.Helper()
	o.n++
	uri := fmt.Sprint("urn:", o.n)
	body := fmt.Sprintf(`{"id":"urn:%d","type":"%s"}`, o.n, verb)
	o.oweOf(uri, body, delivery.About{Verb: verb, Post: post}, inboxes)
	return body
}

// a door answers with what it is set to.
type door struct {
	*peer
	status atomic.Int64
}

func newDoor(o *office, status int) *door {
	d := &door{}
	d.status.Store(int64(status))
	d.peer = newPeer(o, func(int, *http.Request) int { return int(d.status.Load()) })
	return d
}

func (d *door) host() string { return strings.TrimPrefix(d.URL, "http://") }

// settles waits until the newest delivery to an inbox stands so after so many tries.
func (d *door) settles(o *office, state string, tries int) {
	o.t.Helper()
	await(o.t, fmt.Sprintf("%s after %d tries", state, tries), func() bool { s, n, _ := o.state(d.inbox); return s == state && n == tries })
}

func (o *office) ofPost(post id.ID) []*delivery.Dispatch {
	o.t.Helper()
	all, err := o.delivery.OfPost(o.t.Context(), post)
	if err != nil {
		o.t.Fatal(err)
	}
	return all
}

func (o *office) hosts(names ...string) []delivery.Host {
	o.t.Helper()
	all, err := o.delivery.Hosts(o.t.Context(), names)
	if err != nil {
		o.t.Fatal(err)
	}
	return all
}

func TestHealthTellsWhoHasWhatAndWhy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		well, stern, gone, down := newDoor(o, 202), newDoor(o, 403), newDoor(o, 410), newDoor(o, 500)
		o.tell("create", 77, well.inbox, stern.inbox, gone.inbox, down.inbox)
		o.tell("create", 78, well.inbox)
		well.settles(o, "done", 1)
		stern.settles(o, "refused", 1)
		gone.settles(o, "gone", 1)
		down.settles(o, "due", 1)
		all := o.ofPost(77)
		if len(all) != 1 || len(o.ofPost(79)) != 0 {
			t.Fatalf("%d dispatches", len(all))
		}
		if a := all[0]; a.Sent != 4 || a.Done != 1 || a.Refused != 1 || a.Gone != 1 || a.Waiting != 1 || a.GivenUp != 0 || a.Verb != "create" || a.Account != o.sender.ID {
			t.Errorf("%+v", a)
		}
		troubles := map[string]delivery.Trouble{}
		for _, p := range all[0].Places {
			troubles[p.Host] = delivery.TroubleOf(p.Error)
		}
		if len(troubles) != 3 || troubles[stern.host()] != delivery.Refused || troubles[gone.host()] != delivery.Gone || troubles[down.host()] != delivery.Broken {
			t.Errorf("%v", troubles)
		}
		for verb, want := range map[string]int{"create": 2, "delete": 0} {
			if got, err := o.delivery.Recent(t.Context(), o.sender.ID, []string{verb}, 10); err != nil || len(got) != want {
				t.Errorf("%d of %s, %v", len(got), verb, err)
			}
		}
		named := o.hosts("never.example", down.host(), stern.host())
		if h := named[0]; h != (delivery.Host{Name: "never.example"}) {
			t.Errorf("%+v", h)
		}
		if h := named[1]; h.Failures != 1 || h.LastError != "500" || h.Waiting != 1 || h.FirstFailed.IsZero() || !h.Succeeded.IsZero() || !h.ClosedUntil.After(h.FirstFailed) {
			t.Errorf("%+v", h)
		}
		if h := named[2]; h.Failures != 0 || h.Refused != 1 || h.Waiting != 0 {
			t.Errorf("%+v", h)
		}
		if every := o.hosts(); len(every) != 4 || every[0].Name != down.host() {
			t.Errorf("%+v", every)
		}
	})
}

func TestPostIsTriedAgainOnlyWhereItDidNotArrive(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		well, stern, gone := newDoor(o, 202), newDoor(o, 403), newDoor(o, 410)
		body := o.tell("create", 77, well.inbox, stern.inbox, gone.inbox)
		stern.settles(o, "refused", 1)
		gone.settles(o, "gone", 1)
		well.settles(o, "done", 1)
		stern.status.Store(202)
		if err := o.delivery.RetryPost(t.Context(), 77); err != nil {
			t.Fatal(err)
		}
		await(t, "it arrives", func() bool { s, _, _ := o.state(stern.inbox); return s == "done" })
		await(t, "the other is asked again", func() bool { s, _, _ := o.state(gone.inbox); return s == "gone" && len(gone.received()) == 2 })
		if got := stern.received(); !slices.Equal(got, []string{body, body}) || len(well.received()) != 1 {
			t.Errorf("%v; who had it was asked %d times", got, len(well.received()))
		}
		if a := o.ofPost(77)[0]; a.Done != 2 || a.Gone != 1 || a.Sent != 3 {
			t.Errorf("%+v", a)
		}
		if err := o.delivery.RetryPost(t.Context(), 404); err != nil {
			t.Error(err)
		}
	})
}

func TestOfPostTakenBackOnlyThatIsSaidAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		p := newDoor(o, 403)
		o.tell("create", 77, p.inbox)
		p.settles(o, "refused", 1)
		takenBack := o.tell("delete", 77, p.inbox)
		await(t, "both are refused", func() bool { s, _, _ := o.state(p.inbox); return s == "refused" && len(p.received()) == 2 })
		p.status.Store(202)
		if err := o.delivery.RetryPost(t.Context(), 77); err != nil {
			t.Fatal(err)
		}
		await(t, "it arrives", func() bool { s, _, _ := o.state(p.inbox); return s == "done" })
		time.Sleep(200 * time.Millisecond)
		if got := p.received()[2:]; !slices.Equal(got, []string{takenBack}) {
			t.Errorf("%v", got)
		}
	})
}

func TestHostIsTriedNowAlsoWithWhatWasGivenUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		p := newDoor(o, 500)
		o.tell("create", 77, p.inbox)
		await(t, "it fails", func() bool { _, n, _ := o.state(p.inbox); return n == 1 })
		retry := func() {
			t.Helper()
			if err := o.delivery.RetryHost(t.Context(), p.host()); err != nil {
				t.Fatal(err)
			}
		}
		retry()
		await(t, "it fails again", func() bool { return o.hosts(p.host())[0].Failures == 2 })
		o.update(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE delivery SET state = 'abandoned' WHERE inbox = $1`, p.inbox)
			return err
		})
		if a := o.ofPost(77)[0]; a.GivenUp != 1 || a.Waiting != 0 {
			t.Errorf("%+v", a)
		}
		p.status.Store(202)
		pause := time.Until(o.hosts(p.host())[0].ClosedUntil)
		began := time.Now()
		retry()
		await(t, "it arrives", func() bool { s, _, _ := o.state(p.inbox); return s == "done" })
		if took := time.Since(began); pause < time.Second || took >= pause {
			t.Errorf("it took %v, and the pause had %v to go", took, pause)
		}
		if h := o.hosts(p.host())[0]; h.Failures != 0 || h.Waiting != 0 || h.Succeeded.IsZero() {
			t.Errorf("%+v", h)
		}
	})
}
