package inbox_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"allod/internal/account"
	"allod/internal/db"
	"allod/internal/db/dbtest"
	"allod/internal/fault"
	"allod/internal/federation/inbox"
	"allod/internal/poll"
	"allod/internal/post"
	"allod/internal/relationship"
	as "allod/protocol/activitystreams"
	"allod/protocol/httpsig"
	"allod/protocol/integrity"
)

// tables are all those that an activity can change.
var tables = []string{
	"account", "account_key", "follow", "block", "media", "post", "post_audience", "post_tag", "boost", "liked", "tombstone",
	"home_item", "notification", "document", "seen", "incoming", "poll_voter", "poll_vote",
}

// snapshot is what the home holds: how many rows, and what accounts and posts say.
func (h *home) snapshot() map[string]string {
	h.t.Helper()
	state := map[string]string{}
	for _, table := range tables {
		state[table] = fmt.Sprint(h.count(table))
	}
	must(h.t, h.db.View(h.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for name, query := range map[string]string{
			"accounts": `SELECT uri || ' ' || display_name || ' ' || inbox || ' ' || CAST(gone_at AS TEXT) || ' ' || CAST(followers_count AS TEXT) FROM account ORDER BY id`,
			"posts":    `SELECT uri || ' ' || html || ' ' || visibility || ' ' || CAST(likes_count AS TEXT) || ' ' || CAST(boosts_count AS TEXT) || ' ' || CAST(author_id AS TEXT) || ' ' || CAST(edited_at AS TEXT) || ' ' || CAST(pinned_at AS TEXT) FROM post ORDER BY id`,
			"polls":    `SELECT CAST(post_id AS TEXT) || ' ' || CAST(position AS TEXT) || ' ' || name || ' ' || CAST(votes AS TEXT) FROM poll_option ORDER BY post_id, position`,
			"ends":     `SELECT CAST(post_id AS TEXT) || ' ' || CAST(voters AS TEXT) || ' ' || CAST(closes_at AS TEXT) || ' ' || CAST(closed_at AS TEXT) FROM poll ORDER BY post_id`,
			"follows":  `SELECT uri || ' ' || CAST(accepted AS TEXT) FROM follow ORDER BY id`,
		} {
			rows, err := tx.Query(ctx, query)
			all, err := db.Collect(rows, err, db.Scalar[string])
			if err != nil {
				return err
			}
			state[name] = fmt.Sprint(all)
		}
		return nil
	}))
	return state
}

// unchanged waits until nothing is put aside and compares.
func (h *home) unchanged(before map[string]string) {
	h.t.Helper()
	h.settle()
	if diff := cmp.Diff(before, h.snapshot()); diff != "" {
		h.t.Error(diff)
	}
}

// A siege is a scene that eve, of a server of her own, attacks. She is
// followed by ana as well, so that what she says is not dropped for being nobody's business.
type siege struct {
	*scene
	eve      *actor
	walker   *portable
	stroller *portable
	mine     string // a public post of ana's
	public   doc    // bob's, known here
	private  doc    // bob's, for his followers, known here
	follow   doc    // bob's, of ana, granted
	like     doc    // bob's, of mine
	asked    doc    // ana's second follow, of walker, not answered
	poll     string // of ana's, for everyone
	shut     string // one of hers that has ended
	secret   string // one of hers for her followers
	theirs   doc    // a poll of bob's, known here
	hers     doc    // a note of eve's, known here
}

func newSiege(t testing.TB) *siege {
	s := &siege{scene: newScene(t, dbtest.SQLite(t))}
	s.eve = newPeer(s.home).person("eve", evesKey()).meet()
	s.follows(s.ana, s.eve.met)
	s.walker, s.stroller = newPortable(newPeer(s.home), otherKey(), "walker"), newPortable(newPeer(s.home), otherKey(), "stroller")
	me := s.names.Actor(s.ana)
	s.mine = s.names.ID(s.ana, s.note(s.ana, post.Public).URI)
	s.public, s.private = s.bob.note(), s.bob.note(doc{"to": s.bob.id + "/followers", "cc": nil})
	s.follow, s.like = s.bob.does("Follow", me), s.bob.does("Like", s.mine)
	for _, d := range []doc{s.bob.does("Create", s.public), s.bob.does("Create", s.private), s.follow, s.like} {
		must(t, s.bob.send(d))
	}
	s.bob.serve(strings.TrimPrefix(s.public.id(), s.bob.URL), s.public)
	s.polls(t)
	f, err := s.ties.Follow(t.Context(), s.ana.ID, s.walker.met.ID, relationship.Wishes{})
	must(t, err)
	s.asked = doc{"type": "Follow", "id": s.names.ID(s.ana, f.URI), "actor": me, "object": s.walker.id}
	return s
}

// polls has ana and bob ask something, bob pin what he said, and eve say something.
func (s *siege) polls(t testing.TB) {
	var ended *post.Post
	ended, s.shut = s.ask(post.Public)
	must(t, s.db.Update(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := poll.Close(ctx, tx, ended.Poll, s.now())
		return err
	}))
	_, s.poll = s.ask(post.Public)
	_, s.secret = s.ask(post.Followers)
	s.theirs = s.bob.note(doc{"type": "Question", "id": s.bob.id + "/q", "votersCount": 1, "oneOf": []doc{
		{"type": "Note", "name": "yes", "replies": doc{"type": "Collection", "totalItems": 1}}, {"type": "Note", "name": "no"}}})
	s.hers = s.eve.note()
	must(t, s.bob.send(s.bob.does("Create", s.theirs)))
	must(t, s.bob.send(s.bob.does("Add", s.public.id(), doc{"target": s.bob.id + "/featured"})))
	must(t, s.eve.send(s.eve.does("Create", s.hers)))
}

// vote is a choice in a poll of ana's.
func (s *siege) vote(a *actor, poll, name string, changes ...doc) doc {
	me := s.names.Actor(s.ana)
	note := a.note(append([]doc{{"inReplyTo": poll, "content": nil, "name": name, "to": me, "cc": nil}}, changes...)...)
	return a.does("Create", note, doc{"to": me})
}

// as is an activity that claims to be of another.
func (s *siege) as(a *actor, kind string, object any, changes ...doc) doc {
	return a.does(kind, object, changes...)
}

// refused says that an error is of a kind, or that there is none for Internal, as an activity that is accepted and dropped.
func refused(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	switch {
	case kind == fault.Internal && err != nil && err != inbox.ErrNothing:
		t.Errorf("refused with %v", err)
	case kind != fault.Internal && fault.Of(err) != kind:
		t.Errorf("error is %v (%v), want %v", err, fault.Of(err), kind)
	}
}

// dropped stands for an activity that is answered like any other and changes nothing.
const dropped = fault.Internal

// lies are what eve says with a valid signature of her own.
var lies = []struct {
	name string
	lie  func(s *siege) any
	want fault.Kind
}{
	// The signer is not the actor (CVE-2025-54888, CVE-2026-90679).
	{"Create as bob", func(s *siege) any { return s.as(s.bob, "Create", s.bob.note()) }, dropped},
	{"Create as ana", func(s *siege) any {
		me := s.names.Actor(s.ana)
		return s.bob.does("Create", s.bob.note(doc{"id": me + "/1", "attributedTo": me}), doc{"actor": me, "id": me + "/2"})
	}, fault.Denied},
	{"Follow as bob", func(s *siege) any { return s.as(s.bob, "Follow", s.names.Actor(s.ana)) }, fault.Denied},
	{"Undo of bob's follow as bob", func(s *siege) any { return s.as(s.bob, "Undo", s.follow) }, fault.Denied},
	{"Like as bob", func(s *siege) any { return s.as(s.bob, "Like", s.mine) }, fault.Denied},
	{"Announce as bob", func(s *siege) any { return s.as(s.bob, "Announce", s.mine) }, fault.Denied},
	{"Block as bob", func(s *siege) any { return s.as(s.bob, "Block", s.names.Actor(s.ana)) }, fault.Denied},
	{"Accept as walker", func(s *siege) any {
		return s.as(s.walker.actor, "Accept", s.asked, doc{"id": "ap://" + s.walker.did + "/a"})
	}, fault.Denied},
	{"Delete of bob as bob", func(s *siege) any { return s.as(s.bob, "Delete", s.bob.id) }, dropped},
	{"Update of bob as bob", func(s *siege) any { return s.as(s.bob, "Update", actorDoc(s.bob.id, "mallory", evesKey())) }, dropped},
	{"Delete of a private post as bob, which answers 404 to strangers", func(s *siege) any { return s.as(s.bob, "Delete", s.private.id()) }, dropped},
	{"Delete of a public post as bob, which is still there", func(s *siege) any { return s.as(s.bob, "Delete", s.public.id()) }, dropped},
	{"a signature of linked data instead (CVE-2026-46349)", func(s *siege) any {
		return s.as(s.bob, "Like", s.mine, doc{"signature": doc{"type": "RsaSignature2017", "creator": s.bob.keyID, "signatureValue": "AAAA"}})
	}, fault.Denied},

	// The object is another's (CVE-2026-55103, CVE-2026-73090, CVE-2024-37903).
	{"Create of a note of bob's host", func(s *siege) any { return s.eve.does("Create", s.eve.note(doc{"id": s.bob.id + "/notes/x"})) }, fault.Denied},
	{"Create of a note attributed to bob", func(s *siege) any { return s.eve.does("Create", s.eve.note(doc{"attributedTo": s.bob.id})) }, fault.Denied},
	{"Create of a note attributed to nobody", func(s *siege) any { return s.eve.does("Create", s.eve.note(doc{"attributedTo": nil})) }, fault.Denied},
	{"Create of a known note of bob's", func(s *siege) any { return s.eve.does("Create", s.public) }, fault.Denied},
	{"Create of bob's note by name", func(s *siege) any { return s.eve.does("Create", s.public.id()) }, fault.Denied},
	{"Update of bob's note", func(s *siege) any { return s.eve.does("Update", s.public.with(doc{"content": "lies"})) }, fault.Denied},
	{"Update of bob's private note for all", func(s *siege) any { return s.eve.does("Update", s.private.with(doc{"to": as.Public})) }, fault.Denied},
	{"Update of bob's note attributed to herself", func(s *siege) any {
		return s.eve.does("Update", s.public.with(doc{"attributedTo": s.eve.id, "content": "lies"}))
	}, fault.Denied},
	{"Update of bob", func(s *siege) any { return s.eve.does("Update", actorDoc(s.bob.id, "mallory", evesKey())) }, fault.Denied},
	{"Delete of bob's note", func(s *siege) any { return s.eve.does("Delete", s.public.id()) }, fault.Denied},
	{"Delete of ana's post", func(s *siege) any { return s.eve.does("Delete", s.mine) }, fault.Denied},
	{"Delete of bob", func(s *siege) any { return s.eve.does("Delete", s.bob.id) }, fault.Denied},
	{"Delete of ana", func(s *siege) any { return s.eve.does("Delete", s.names.Actor(s.ana)) }, fault.Denied},
	{"Undo of bob's follow", func(s *siege) any { return s.eve.does("Undo", s.follow) }, fault.Denied},
	{"Undo of bob's follow by name", func(s *siege) any { return s.eve.does("Undo", s.follow.id()) }, fault.Denied},
	{"Undo of bob's like renamed", func(s *siege) any { return s.eve.does("Undo", s.like.with(doc{"id": s.eve.id + "/like"})) }, fault.Denied},
	{"Accept of the follow of another", func(s *siege) any { return s.eve.does("Accept", s.asked) }, dropped},
	{"Accept of the follow of another by name", func(s *siege) any { return s.eve.does("Accept", s.asked["id"]) }, dropped},
	{"Reject of the follow of another", func(s *siege) any { return s.eve.does("Reject", s.asked) }, dropped},
	{"Accept of a follow that nobody asked", func(s *siege) any {
		return s.eve.does("Accept", doc{"type": "Follow", "actor": s.bob.id, "object": s.eve.id})
	}, dropped},
	{"Follow on behalf of ana", func(s *siege) any {
		return s.eve.does("Follow", s.names.Actor(s.ana), doc{"actor": s.names.Actor(s.ana)})
	}, fault.Denied},
	{"Like of a post she cannot see", func(s *siege) any { return s.eve.does("Like", s.private.id()) }, dropped},
	{"Announce of a post she cannot see", func(s *siege) any { return s.eve.does("Announce", s.private.id()) }, dropped},

	// Pins (Mastodon's Add and Remove) of another, in another's name, or into what holds no pins.
	{"Add of bob's note to his pins", func(s *siege) any { return s.eve.does("Add", s.theirs.id(), doc{"target": s.bob.id + "/featured"}) }, fault.Denied},
	{"Add of bob's note to her own pins", func(s *siege) any { return s.eve.does("Add", s.theirs.id(), doc{"target": s.eve.id + "/featured"}) }, fault.Denied},
	{"Add of ana's post to her own pins", func(s *siege) any { return s.eve.does("Add", s.mine, doc{"target": s.eve.id + "/featured"}) }, fault.Denied},
	{"Add of her note to bob's pins", func(s *siege) any { return s.eve.does("Add", s.hers.id(), doc{"target": s.bob.id + "/featured"}) }, fault.Denied},
	{"Add of her note to ana's pins", func(s *siege) any {
		return s.eve.does("Add", s.hers.id(), doc{"target": s.names.Actor(s.ana) + "/featured"})
	}, fault.Denied},
	{"Add of her note to what holds no pins", func(s *siege) any { return s.eve.does("Add", s.hers.id(), doc{"target": s.eve.id + "/followers"}) }, dropped},
	{"Add of her note to nothing", func(s *siege) any { return s.eve.does("Add", s.hers.id()) }, fault.Invalid},
	{"Add as bob", func(s *siege) any { return s.as(s.bob, "Add", s.theirs.id(), doc{"target": s.bob.id + "/featured"}) }, fault.Denied},
	{"Remove of bob's pin", func(s *siege) any { return s.eve.does("Remove", s.public.id(), doc{"target": s.bob.id + "/featured"}) }, fault.Denied},
	{"Remove as bob", func(s *siege) any { return s.as(s.bob, "Remove", s.public.id(), doc{"target": s.bob.id + "/featured"}) }, fault.Denied},

	// Votes and counts.
	{"a vote as bob", func(s *siege) any { return s.vote(s.bob, s.poll, "yes") }, dropped},
	{"a vote attributed to bob", func(s *siege) any { return s.vote(s.eve, s.poll, "yes", doc{"attributedTo": s.bob.id}) }, fault.Denied},
	{"a vote for what is no option", func(s *siege) any { return s.vote(s.eve, s.poll, "maybe") }, dropped},
	{"a vote after the end", func(s *siege) any { return s.vote(s.eve, s.shut, "yes") }, dropped},
	{"a vote in a poll she cannot see", func(s *siege) any { return s.vote(s.eve, s.secret, "yes") }, dropped},
	{"a vote in a poll of another server", func(s *siege) any { return s.vote(s.eve, s.theirs.id(), "no") }, dropped},
	{"Update of the counts of ana's poll", func(s *siege) any {
		return s.eve.does("Update", s.theirs.with(doc{"id": s.poll, "attributedTo": s.names.Actor(s.ana), "votersCount": 99}))
	}, fault.Denied},
	{"Update of the counts of bob's poll", func(s *siege) any { return s.eve.does("Update", s.theirs.with(doc{"votersCount": 99})) }, fault.Denied},
	{"Update of the end of bob's poll as bob", func(s *siege) any {
		return s.as(s.bob, "Update", s.theirs.with(doc{"closed": "2026-01-01T00:00:00Z"}))
	}, dropped},

	// The activity id is another's, spelled in any way (CVE-2023-42451).
	{"an id of bob's host", func(s *siege) any { return s.eve.does("Like", s.mine, doc{"id": s.bob.id + "/acts/x"}) }, fault.Denied},
	{"a DID at her own gateway", func(s *siege) any {
		return s.eve.does("Create", s.eve.note(doc{"id": s.eve.URL + account.Gateway + s.walker.did + "/notes/1"}))
	}, fault.Denied},
	{"her host with a user name of bob's", func(s *siege) any {
		return s.eve.does("Like", s.mine, doc{"id": strings.Replace(s.eve.id, "://", "://"+s.bob.URL[7:]+"@", 1)})
	}, fault.Invalid},
	{"bob's host in another spelling", func(s *siege) any {
		return s.eve.does("Create", s.eve.note(doc{"id": strings.Replace(s.bob.id, "http://127", "HTTP://127", 1) + "/notes/x"}))
	}, fault.Denied},

	// Odd ids (GHSA-5wxh, GHSA-x2rc, GHSA-rwcw).
	{"no id", func(s *siege) any { return s.eve.does("Like", s.mine, doc{"id": nil}) }, fault.Invalid},
	{"no actor", func(s *siege) any { return s.eve.does("Like", s.mine, doc{"actor": nil}) }, fault.Invalid},
	{"a javascript: id", func(s *siege) any { return s.eve.does("Like", s.mine, doc{"id": "javascript:alert(1)"}) }, fault.Invalid},
	{"an acct: actor", func(s *siege) any { return s.eve.does("Like", s.mine, doc{"actor": "acct:eve@example.org"}) }, fault.Invalid},
	{"a data: object", func(s *siege) any { return s.eve.does("Create", s.eve.note(doc{"id": "data:text/html,x"})) }, fault.Invalid},
	{"a broken DID", func(s *siege) any { return s.eve.does("Create", s.eve.note(doc{"id": "ap://did:key:zzz/1"})) }, fault.Invalid},

	// Documents that can be read in two ways (CVE-2026-42462, CVE-2026-46713), or not at all.
	{"@graph", func(s *siege) any { return s.eve.does("Like", s.mine, doc{"@graph": []doc{s.like}}) }, fault.Invalid},
	{"@included", func(s *siege) any { return s.eve.does("Like", s.mine, doc{"@included": []doc{s.like}}) }, fault.Invalid},
	{"@reverse", func(s *siege) any { return s.eve.does("Like", s.mine, doc{"@reverse": doc{}}) }, fault.Invalid},
	{"a key twice", func(s *siege) any {
		return bytes.Replace(raw(s.eve.does("Like", s.mine)), []byte(`{`), []byte(`{"actor":"`+s.bob.id+`",`), 1)
	}, fault.Invalid},
	{"no JSON", func(s *siege) any { return []byte("hello") }, fault.Invalid},
	{"nothing", func(s *siege) any { return []byte("") }, fault.Invalid},
	{"a list", func(s *siege) any { return []byte("[]") }, fault.Invalid},
	{"null", func(s *siege) any { return []byte("null") }, fault.Invalid},
	{"too deep", func(s *siege) any {
		return []byte(`{"type":"Like","object":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}")
	}, fault.Invalid},
	{"types of a wrong kind", func(s *siege) any { return s.eve.does("Like", s.mine, doc{"type": doc{}}) }, fault.Invalid},
	{"an object of numbers", func(s *siege) any { return s.eve.does("Create", []int{1, 2}) }, fault.Invalid},
	{"a verb that nobody knows", func(s *siege) any { return s.eve.does("Explode", s.mine) }, dropped},
	{"a note instead of an activity", func(s *siege) any { return s.eve.note() }, dropped},
	{"a Create of an actor", func(s *siege) any { return s.eve.does("Create", actorDoc(s.eve.id+"/x", "x", evesKey())) }, dropped},

	// Proofs (FEP-8b32, FEP-ef61) that prove nothing.
	{"walker without a proof", func(s *siege) any {
		return s.walker.does("Like", s.mine, doc{"id": "ap://" + s.walker.did + "/l"})
	}, fault.Denied},
	{"walker with a proof by another DID", func(s *siege) any {
		return s.stroller.proven(s.walker.does("Like", s.mine, doc{"id": "ap://" + s.walker.did + "/l"}), s.now())
	}, fault.Denied},
	{"walker's proof over other words", func(s *siege) any {
		note := s.walker.note(doc{"id": "ap://" + s.walker.did + "/n", "to": s.names.Actor(s.ana)})
		act := s.walker.proven(s.walker.does("Create", note, doc{"id": "ap://" + s.walker.did + "/c"}), s.now())
		return bytes.Replace(act, []byte("hello"), []byte("hella"), 1)
	}, fault.Denied},
	{"walker's proof around a note of bob's", func(s *siege) any {
		return s.walker.proven(s.walker.does("Create", s.bob.note(doc{"to": s.names.Actor(s.ana)}), doc{"id": "ap://" + s.walker.did + "/c"}), s.now())
	}, fault.Denied},
	{"walker's proof from long ago, handed on again", func(s *siege) any {
		return s.walker.proven(s.walker.does("Like", s.mine, doc{"id": "ap://" + s.walker.did + "/l"}), s.now().Add(-60*24*time.Hour))
	}, fault.Denied},
	{"a proof by a key that bob does not list", func(s *siege) any {
		out, err := integrity.Sign(raw(s.as(s.bob, "Like", s.mine)), s.walker.publishing, s.bob.id+"#ed25519-key", s.now())
		must(s.t, err)
		return out
	}, fault.Denied},
}

func TestLiesChangeNothingWhereverTheyArrive(t *testing.T) {
	s := newSiege(t)
	for _, c := range lies {
		t.Run(c.name, func(t *testing.T) {
			before := s.snapshot()
			for _, target := range []string{"/inbox", account.Gateway + s.ana.DID() + "/actor/inbox", "/actor/inbox"} {
				for _, form := range []httpsig.Form{httpsig.Cavage, httpsig.RFC9421} {
					refused(t, s.eve.sendAs(form, target, c.lie(s)), c.want)
				}
			}
			s.unchanged(before)
		})
	}
}

// TestNeighborsOnOneServerAreNotEachOther has somebody of bob's own server, whose ids are of his authority.
func TestNeighborsOnOneServerAreNotEachOther(t *testing.T) {
	s := newSiege(t)
	mallory := s.bob.person("mallory", evesKey()).meet()
	for _, c := range []struct {
		lie  doc
		want fault.Kind
	}{
		{mallory.does("Delete", s.public.id()), fault.Denied},
		{mallory.does("Delete", s.bob.id), dropped},
		{mallory.does("Update", s.public.with(doc{"content": "lies"})), fault.Denied},
		{mallory.does("Update", s.public.with(doc{"content": "lies", "attributedTo": mallory.id, "updated": "2031-01-01T00:00:00Z"})), fault.Denied},
		{mallory.does("Update", actorDoc(s.bob.id, "mallory", evesKey())), dropped},
		{mallory.does("Undo", s.follow), fault.Denied},
		{mallory.does("Undo", s.follow.id()), dropped},
		{mallory.does("Undo", s.like.id()), dropped},
		{s.bob.does("Like", s.mine), fault.Denied},
		{mallory.does("Add", s.theirs.id(), doc{"target": s.bob.id + "/featured"}), dropped},
		{mallory.does("Remove", s.public.id(), doc{"target": s.bob.id + "/featured"}), dropped},
		{mallory.does("Update", s.theirs.with(doc{"votersCount": 99})), fault.Denied},
		{s.vote(mallory, s.poll, "yes", doc{"attributedTo": s.bob.id}), fault.Denied},
	} {
		before := s.snapshot()
		refused(t, mallory.send(c.lie), c.want)
		s.unchanged(before)
	}
}

// TestNoWordIsTakenWithoutASignature is what must hold whatever is wrong with
// a request (CVE-2023-49079, CVE-2026-28432, and the checks of method, target and host).
func TestNoWordIsTakenWithoutASignature(t *testing.T) {
	s := newSiege(t)
	good := func(form httpsig.Form) (*http.Request, []byte) {
		body := raw(s.bob.does("Create", s.bob.note()))
		return signed(t, form, "/inbox", body, s.bob.keyID, bobsKey(), s.now()), body
	}
	cases := map[string]func(r *http.Request, body []byte) (*http.Request, []byte){
		"none": func(r *http.Request, body []byte) (*http.Request, []byte) {
			r.Header.Del("Signature")
			r.Header.Del("Signature-Input")
			return r, body
		},
		"another body": func(r *http.Request, body []byte) (*http.Request, []byte) {
			return r, bytes.Replace(body, []byte("hello"), []byte("hella"), 1)
		},
		"another body with its digest": func(r *http.Request, body []byte) (*http.Request, []byte) {
			body = bytes.Replace(body, []byte("hello"), []byte("hella"), 1)
			r.Header.Set("Digest", httpsig.Digest(body))
			r.Header.Set("Content-Digest", httpsig.ContentDigest(body))
			return r, body
		},
		"no digest": func(r *http.Request, body []byte) (*http.Request, []byte) {
			r.Header.Del("Digest")
			r.Header.Del("Content-Digest")
			return r, body
		},
		"another method": func(r *http.Request, body []byte) (*http.Request, []byte) {
			r.Method = http.MethodPut
			return r, body
		},
		"another target": func(r *http.Request, body []byte) (*http.Request, []byte) {
			r.URL.Path, r.RequestURI = "/actor/inbox", "/actor/inbox"
			return r, body
		},
		"a garbled signature": func(r *http.Request, body []byte) (*http.Request, []byte) {
			h := r.Header.Get("Signature")
			r.Header.Set("Signature", h[:len(h)-12]+"AAAA"+h[len(h)-8:])
			return r, body
		},
		"an empty signature": func(r *http.Request, body []byte) (*http.Request, []byte) {
			r.Header.Set("Signature", "")
			return r, body
		},
		"another's key": func(r *http.Request, body []byte) (*http.Request, []byte) {
			for _, name := range []string{"Signature", "Signature-Input"} {
				r.Header.Set(name, strings.ReplaceAll(r.Header.Get(name), s.bob.keyID, s.eve.keyID))
			}
			return r, body
		},
		"our own key's name": func(r *http.Request, body []byte) (*http.Request, []byte) {
			for _, name := range []string{"Signature", "Signature-Input"} {
				r.Header.Set(name, strings.ReplaceAll(r.Header.Get(name), s.bob.keyID, s.ana.URI+"#rsa"))
			}
			return r, body
		},
	}
	for name, spoil := range cases {
		for _, form := range []httpsig.Form{httpsig.Cavage, httpsig.RFC9421} {
			t.Run(fmt.Sprint(name, " ", form), func(t *testing.T) {
				before := s.snapshot()
				r, body := good(form)
				r, body = spoil(r, body)
				refused(t, s.take(r, body), fault.Unauthenticated)
				s.unchanged(before)
			})
		}
	}
	for name, at := range map[string]time.Time{"old": time.Now().Add(-13 * time.Hour), "of the future": time.Now().Add(13 * time.Hour)} {
		t.Run(name, func(t *testing.T) {
			before := s.snapshot()
			body := raw(s.bob.does("Create", s.bob.note()))
			refused(t, s.take(signed(t, httpsig.Cavage, "/inbox", body, s.bob.keyID, bobsKey(), at), body), fault.Unauthenticated)
			s.unchanged(before)
		})
	}
	for name, change := range map[string]func(*httpsig.Message){
		"sent to another host": func(m *httpsig.Message) { m.Header.Set("Host", "other.example"); m.Origin = "https://other.example" },
	} {
		t.Run(name, func(t *testing.T) {
			r, body := good(httpsig.RFC9421)
			m := httpsig.NewMessage(r, origin, body)
			change(&m)
			_, err := s.Verify(t.Context(), m)
			refused(t, err, fault.Unauthenticated)
		})
	}
}

// TestKeysAreThoseOfWhomTheyNameAlone covers keys that claim an owner, and
// places that nobody is sent to for a key (snac 2.93; CVE-2026-22245).
func TestKeysAreThoseOfWhomTheyNameAlone(t *testing.T) {
	s := newSiege(t)
	s.eve.serve("/key", doc{"@context": "https://w3id.org/security/v1", "id": s.eve.URL + "/key", "type": "CryptographicKey",
		"owner": s.bob.id, "publicKeyPem": actorDoc(s.bob.id, "bob", evesKey())["publicKey"].(doc)["publicKeyPem"]})
	s.eve.serve("/twin", actorDoc(s.bob.id, "bob", evesKey()))
	s.eve.handle("/hop", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest", http.StatusFound)
	})
	for name, keyID := range map[string]string{
		"a key that names bob as its owner": s.eve.URL + "/key",
		"a copy of bob with another key":    s.eve.URL + "/twin#main-key",
		"bob's document with her key":       s.bob.id + "#other-key",
		"no address":                        "main-key",
		"a file":                            "file:///etc/passwd",
		"ours":                              origin + "/actor#main-key",
	} {
		t.Run(name, func(t *testing.T) {
			before := s.snapshot()
			body := raw(s.bob.does("Create", s.bob.note()))
			refused(t, s.take(signed(t, httpsig.Cavage, "/inbox", body, keyID, evesKey(), s.now()), body), fault.Unauthenticated)
			s.unchanged(before)
		})
	}
	for _, keyID := range []string{
		"http://10.0.0.1/actor#main-key", "http://169.254.169.254/latest#main-key", "http://[::1]:8080/actor#main-key",
		"https://192.168.0.1/actor#main-key", s.eve.URL + "/hop#main-key",
	} {
		t.Run(keyID, func(t *testing.T) {
			before := s.snapshot()
			body := raw(s.bob.does("Create", s.bob.note()))
			err := s.take(signed(t, httpsig.Cavage, "/inbox", body, keyID, evesKey(), s.now()), body)
			if !fault.Is(err, fault.Unauthenticated, fault.Unavailable) {
				t.Errorf("error is %v", err)
			}
			s.unchanged(before)
		})
	}
}

// TestFetchedThingsAreTheirOwnServersAlone covers what is reached by a boost
// or a forwarded activity (CVE-2024-23832, CVE-2024-25623, CVE-2026-22245).
func TestFetchedThingsAreTheirOwnServersAlone(t *testing.T) {
	s := newSiege(t)
	forged := s.bob.note(doc{"content": "lies"})
	under := func(kind string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Write(raw(s.eve.note(doc{"id": s.eve.URL + r.URL.Path})))
		}
	}
	s.eve.serve("/forged", forged)
	s.eve.serve("/attributed", s.eve.note(doc{"id": s.eve.URL + "/attributed", "attributedTo": s.bob.id}))
	s.eve.serve("/ours", s.eve.note(doc{"id": s.names.ID(s.ana, "ap://"+s.ana.DID()+"/post/1"), "attributedTo": s.names.Actor(s.ana)}))
	s.eve.serve("/portable", s.walker.note(doc{"id": "ap://" + s.walker.did + "/notes/9"}))
	s.eve.handle("/upload.png", under("image/png"))
	s.eve.handle("/upload.json", under("application/json"))
	s.eve.handle("/page", under("text/html"))
	s.eve.handle("/large", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", as.ContentType)
		w.Write(bytes.Repeat([]byte(" "), 2<<20))
	})
	s.eve.handle("/hop", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
	})
	s.eve.serve("/embedded", forged)
	objects := map[string]any{
		"an embedded note of bob's":             s.bob.note(doc{"content": "lies"}),
		"an embedded Create of bob's":           s.bob.does("Create", forged),
		"an embedded note of bob's with her id": forged.with(doc{"id": s.eve.URL + "/embedded"}),
	}
	for _, path := range []string{"/forged", "/attributed", "/ours", "/portable", "/upload.png", "/upload.json", "/page", "/large", "/hop", "/missing"} {
		objects[path] = s.eve.URL + path
	}
	for name, object := range objects {
		t.Run(name, func(t *testing.T) {
			before := s.snapshot()
			refused(t, s.eve.send(s.eve.does("Announce", object, doc{"to": as.Public})), dropped)
			s.settle()
			after := s.snapshot()
			before["seen"], after["seen"] = "", "" // the boost itself was hers to send
			if diff := cmp.Diff(before, after); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestNothingIsRememberedOfWhatIsNotBelieved has eve use up the ids of what bob is about to send.
func TestNothingIsRememberedOfWhatIsNotBelieved(t *testing.T) {
	s := newSiege(t)
	note := s.bob.note()
	act := s.bob.does("Create", note)
	refused(t, s.eve.send(s.bob.does("Create", s.public, doc{"id": act.id()})), dropped) // refetched, and true, and known
	refused(t, s.eve.send(s.bob.does("Like", s.mine, doc{"id": act.id()})), fault.Denied)
	refused(t, s.eve.send(s.eve.does("Like", s.mine, doc{"id": act.id()})), fault.Denied)
	refused(t, s.eve.send(s.eve.does("Delete", note.id())), fault.Denied)
	s.settle()
	must(t, s.bob.send(act))
	if s.stored(note.id()) == nil {
		t.Error("bob's note did not come through")
	}
}

// TestAnAuthorDoesNotWidenAPost covers CVE-2024-37903 from the author's own side.
func TestAnAuthorDoesNotWidenAPost(t *testing.T) {
	s := newSiege(t)
	edit := s.private.with(doc{"to": as.Public, "content": "<p>edited</p>", "updated": time.Now().Add(time.Minute).UTC().Format(time.RFC3339)})
	must(t, s.bob.send(s.bob.does("Update", edit)))
	if p := s.stored(s.private.id()); p.Visibility != post.Followers || p.HTML != "<p>edited</p>" {
		t.Errorf("it is %s and says %q", p.Visibility, p.HTML)
	}
}

// TestEndlessThreadsEnd covers work that a stranger starts (GHSA-6x3w and its kin).
func TestEndlessThreadsEnd(t *testing.T) {
	s := newSiege(t)
	endless := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", as.ContentType)
		w.Write(raw(s.eve.note(doc{"id": s.eve.URL + r.URL.Path, "inReplyTo": s.eve.URL + r.URL.Path + "1"})))
	})
	path := "/endless/"
	for range 200 {
		path += "1"
		s.eve.handle(path, endless)
	}
	before := s.count("post")
	must(t, s.eve.send(s.eve.does("Create", s.eve.note(doc{"inReplyTo": s.eve.URL + "/endless/1"}))))
	s.eventually("the thread was followed", func() bool { return s.stored(s.eve.URL+"/endless/1") != nil })
	time.Sleep(100 * time.Millisecond)
	if n := s.count("post") - before; n > 34 {
		t.Errorf("%d posts came", n)
	}
}

// FuzzAccept has eve send anything at all: it is refused as hers to mend, or taken.
func FuzzAccept(f *testing.F) {
	s := newSiege(f)
	for _, c := range lies {
		f.Add(raw(c.lie(s)))
	}
	for _, kind := range []string{"Create", "Update", "Delete", "Follow", "Accept", "Undo", "Like", "Announce", "Block"} {
		f.Add(raw(s.eve.does(kind, s.eve.note())))
		f.Add(raw(s.eve.does(kind, s.eve.does("Follow", s.names.Actor(s.ana)))))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		err := s.Accept(t.Context(), &inbox.Sender{Account: s.eve.met, KeyURI: s.eve.keyID, Form: httpsig.Cavage}, body)
		if err != nil && !fault.Is(err, fault.Invalid, fault.Denied, fault.TooMany) {
			t.Error(err)
		}
	})
}
