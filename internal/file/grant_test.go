package file_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"allod/internal/db"
	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
)

const cy id.ID = 3 << 20

const team = file.Look | file.Edit | file.Add | file.Remove

// share shares what stands at a path with somebody.
func (s *tree) share(owner id.ID, path string, to id.ID, r file.Rights) *file.Grant {
	s.t.Helper()
	g, err := s.Grant(s.t.Context(), owner, s.at(owner, path).Number, to, file.GrantTerms{Rights: r})
	if err != nil {
		s.t.Fatalf("share %s: %v", path, err)
	}
	s.now = s.now.Add(time.Millisecond)
	return g
}

// holds is what somebody finds in a folder, by name.
func (s *tree) holds(who id.ID, path, want string) {
	s.t.Helper()
	_, held, err := s.List(s.t.Context(), who, path, true)
	var names []string
	for _, n := range held {
		names = append(names, n.Name)
	}
	if got := strings.Join(names, " "); err != nil || got != want {
		s.t.Errorf("%q holds %q, not %q: %v", path, got, want, err)
	}
}

func (s *tree) gone(who id.ID, path string) {
	s.t.Helper()
	if n, err := s.At(s.t.Context(), who, path); !fault.Is(err, fault.NotFound) {
		s.t.Errorf("%s is there still: %+v %v", path, n, err)
	}
}

func TestSharedFolderStandsInTheTreeOfItsReceiver(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "Trip")
		s.put(ida, "Trip/map.txt", "here")
		s.put(ida, "secret.txt", "shh")
		s.put(bo, "Trip", "a file of the same name")
		before := s.at(bo, "").Etag
		s.share(ida, "Trip", bo, team)
		s.holds(bo, "", "Trip Trip (2)")
		if s.at(bo, "").Etag == before {
			t.Error("the home of the receiver is as it was")
		}
		n := s.at(bo, "Trip (2)")
		if !n.Mount || !n.Given || n.OwnerID != ida || n.Rights != team || n.Number != s.at(ida, "Trip").Number || n.Size != 4 {
			t.Errorf("%+v", n)
		}
		if s.read(s.at(bo, "trip (2)/MAP.txt")) != "here" {
			t.Error("its content is another")
		}
		s.gone(bo, "Trip (2)/secret.txt")

		// What either changes, both see, up to the home.
		for who, path := range map[id.ID]string{ida: "Trip/day/one.txt", bo: "Trip (2)/day/two.txt"} {
			idas, bos := s.at(ida, "").Etag, s.at(bo, "").Etag
			if _, _, err := s.Put(t.Context(), who, path, strings.NewReader("x"), file.Write{Size: 1, Parents: true}); err != nil {
				t.Fatal(err)
			}
			if s.at(ida, "").Etag == idas || s.at(bo, "").Etag == bos {
				t.Errorf("%s changes nothing above it", path)
			}
		}
		s.holds(ida, "Trip/day", "one.txt two.txt")
		if u, err := s.Usage(t.Context(), bo); err != nil || u.Used() != int64(len("a file of the same name")) {
			t.Errorf("the receiver pays for it: %+v %v", u, err)
		}
		same := s.at(bo, "").Etag
		if s.at(bo, "").Etag != same {
			t.Error("the home changes by being looked at")
		}

		// By its number it is found in either tree.
		if n, path, err := s.ByNumber(t.Context(), bo, s.at(ida, "Trip/day/one.txt").Number); err != nil || path != "Trip (2)/day/one.txt" || !n.Given || n.Mount {
			t.Errorf("%+v %q %v", n, path, err)
		}
		if _, _, err := s.ByNumber(t.Context(), bo, s.at(ida, "secret.txt").Number); !fault.Is(err, fault.NotFound) {
			t.Errorf("what is not shared is found: %v", err)
		}
		p, err := s.Folder(t.Context(), bo, "Trip (2)/day", file.ByName, 0, 10)
		if err != nil || p.Path != "Trip (2)/day" || len(p.Above) != 1 || p.Above[0].Name != "Trip (2)" || len(p.Held) != 2 {
			t.Errorf("%+v %v", p, err)
		}
	})
}

func TestReceiverPlacesWhatIsSharedAsTheyLike(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "Trip")
		s.put(ida, "Trip/map.txt", "here")
		s.mkdir(bo, "Work")
		s.mkdir(bo, "Work/deep")
		g := s.share(ida, "Trip", bo, file.Look)
		if n, _, err := s.Move(t.Context(), bo, "Trip", file.Place{Path: "Work/deep/Journey"}); err != nil || n.Name != "Journey" {
			t.Fatalf("%+v %v", n, err)
		}
		s.holds(ida, "", "Trip")
		s.holds(bo, "", "Work")
		s.holds(bo, "Work/deep", "Journey")
		work, deep := s.at(bo, "Work").Etag, s.at(bo, "Work/deep").Etag
		s.put(ida, "Trip/new.txt", "x")
		if s.at(bo, "Work").Etag == work || s.at(bo, "Work/deep").Etag == deep {
			t.Error("the folders above it are as they were")
		}
		if _, _, err := s.Move(t.Context(), bo, "Work/deep/Journey", file.Place{Path: "Work/deep/JOURNEY"}); err != nil {
			t.Errorf("only the case differs: %v", err)
		}
		s.put(bo, "note.txt", "x")
		if _, _, err := s.Move(t.Context(), bo, "note.txt", file.Place{Path: "Work/deep/journey", Overwrite: true}); !fault.Is(err, fault.Denied) {
			t.Errorf("it is written over: %v", err)
		}
		if _, _, err := s.Move(t.Context(), bo, "Work/deep/journey", file.Place{Path: "note.txt", Overwrite: true}); !errors.Is(err, file.ErrExists) {
			t.Errorf("it takes the place of another: %v", err)
		}
		// Who throws it away ceases to see it, and nothing else happens.
		if err := s.Delete(t.Context(), bo, "Work/deep/journey", false, nil); err != nil {
			t.Fatal(err)
		}
		s.holds(bo, "Work/deep", "")
		s.holds(ida, "Trip", "map.txt new.txt")
		if _, all, err := s.Trash(t.Context(), bo); err != nil || len(all) != 0 {
			t.Errorf("%+v %v", all, err)
		}
		if err := s.EndGrant(t.Context(), ida, g.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("the share is there still: %v", err)
		}
	})
}

func TestRightsHoldInWhatIsShared(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		for name, c := range map[string]struct {
			rights                                      file.Rights
			replace, add, folder, rename, throw, in, to bool
		}{
			"look":   {rights: file.Look},
			"edit":   {rights: file.Look | file.Edit, replace: true, rename: true},
			"add":    {rights: file.Look | file.Add, add: true, folder: true, in: true},
			"remove": {rights: file.Look | file.Remove, throw: true, to: true},
			"team":   {team, true, true, true, true, true, true, true},
		} {
			s.mkdir(ida, name)
			for _, f := range []string{"a", "b", "c"} {
				s.put(ida, name+"/"+f, "x")
			}
			s.share(ida, name, bo, c.rights)
			s.put(bo, "mine", "y")
			try := func(what string, may bool, err error) {
				t.Helper()
				if may && err != nil || !may && !fault.Is(err, fault.Denied) {
					t.Errorf("%s: %s: %v", name, what, err)
				}
			}
			_, _, err := s.Put(t.Context(), bo, name+"/a", strings.NewReader("new"), file.Write{Size: 3})
			try("replace", c.replace, err)
			_, _, err = s.Put(t.Context(), bo, name+"/new", strings.NewReader("new"), file.Write{Size: 3})
			try("add", c.add, err)
			_, err = s.MakeFolder(t.Context(), bo, name+"/folder")
			try("folder", c.folder, err)
			_, _, err = s.Move(t.Context(), bo, name+"/a", file.Place{Path: name + "/a2"})
			try("rename", c.rename, err)
			_, _, err = s.Copy(t.Context(), bo, name+"/c", file.Place{Path: name + "/c2"})
			try("copy", c.add, err)
			try("throw away", c.throw, s.Delete(t.Context(), bo, name+"/b", false, nil))
			_, _, err = s.Move(t.Context(), bo, "mine", file.Place{Path: name + "/mine"})
			try("move in", c.in, err)
			_, _, err = s.Move(t.Context(), bo, name+"/c", file.Place{Path: "c"})
			try("move out", c.to, err)
			there := "/a"
			if c.rename {
				there = "/a2"
			}
			_, _, err = s.TakeLock(t.Context(), bo, file.Lock{Token: "urn:" + name, Path: name + there, Lasts: time.Hour})
			try("lock", c.replace, err)
			if err := s.EndGrant(t.Context(), ida, s.granted(ida, name)); err != nil {
				t.Fatal(err)
			}
			for _, left := range []string{"mine", "c"} {
				if err := s.Delete(t.Context(), bo, left, true, nil); err != nil && !fault.Is(err, fault.NotFound) {
					t.Fatal(err)
				}
			}
		}
		// What a receiver threw away, or took for themselves, lies in the trash of its owner.
		_, idas, err := s.Trash(t.Context(), ida)
		if err != nil || len(idas) != 4 {
			t.Errorf("%d %v", len(idas), err)
		}
	})
}

func (s *tree) granted(owner id.ID, path string) id.ID {
	s.t.Helper()
	all, err := s.Grants(s.t.Context(), owner, s.at(owner, path).Number)
	if err != nil || len(all) != 1 {
		s.t.Fatalf("%+v %v", all, err)
	}
	return all[0].ID
}

func TestEndedShareVanishesAtOnceAndIsNeverEmptied(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "Trip")
		s.put(ida, "Trip/map.txt", "here")
		g := s.share(ida, "Trip", bo, file.All)
		s.share(bo, "Trip", cy, team)
		s.holds(cy, "Trip", "map.txt")

		// In the trash of its owner nobody sees it, and it comes back from there.
		etag := s.at(bo, "").Etag
		if err := s.Delete(t.Context(), ida, "Trip", false, nil); err != nil {
			t.Fatal(err)
		}
		s.gone(bo, "Trip")
		s.holds(bo, "", "")
		if s.at(bo, "").Etag == etag {
			t.Error("the home is as it was")
		}
		s.put(bo, "Trip", "its name is free meanwhile")
		_, all, err := s.Trash(t.Context(), ida)
		if err != nil || len(all) != 1 {
			t.Fatal(err)
		}
		if _, err := s.Restore(t.Context(), ida, all[0].Name); err != nil {
			t.Fatal(err)
		}
		s.holds(bo, "", "Trip Trip (2)")

		// What was shared on ends with what allowed it.
		if _, err := s.Regrant(t.Context(), ida, g.ID, file.GrantTerms{Rights: file.Look}); err != nil {
			t.Fatal(err)
		}
		if n := s.at(cy, "Trip"); n.Rights != file.Look {
			t.Errorf("%v", n.Rights)
		}
		if err := s.EndGrant(t.Context(), cy, g.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("others end it: %v", err)
		}
		etag = s.at(bo, "").Etag
		if err := s.EndGrant(t.Context(), ida, g.ID); err != nil {
			t.Fatal(err)
		}
		for _, who := range []id.ID{bo, cy} {
			s.gone(who, "Trip (2)")
			s.gone(who, "Trip/map.txt")
		}
		if s.at(bo, "").Etag == etag {
			t.Error("the home is as it was")
		}
		if _, _, err := s.Put(t.Context(), bo, "Trip (2)/map.txt", strings.NewReader("x"), file.Write{Size: 1}); !errors.Is(err, file.ErrNoParent) {
			t.Errorf("%v", err)
		}
		s.holds(ida, "Trip", "map.txt")
	})
}

func TestShareEndsByItsTimeAndWithItsPeople(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "Trip")
		n := s.at(ida, "Trip").Number
		if _, err := s.Grant(t.Context(), ida, n, bo, file.GrantTerms{Rights: team, ExpiresAt: s.now.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		s.share(ida, "Trip", cy, team)
		s.now = s.now.Add(time.Hour)
		s.gone(bo, "Trip")
		s.holds(bo, "", "")
		if err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.share(ida, "Trip", bo, team)
		s.holds(bo, "", "Trip")
		if err := s.leave(ida); err != nil {
			t.Fatal(err)
		}
		s.holds(bo, "", "")
		s.holds(cy, "", "")
		s.share(ida, "Trip", bo, team)
		if err := s.Delete(t.Context(), ida, "Trip", true, nil); err != nil {
			t.Fatal(err)
		}
		s.holds(bo, "", "")
		s.mkdir(bo, "Trip")
	})
}

func TestSharesThatCannotBe(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "Trip")
		s.mkdir(bo, "Bos")
		trip := s.at(ida, "Trip").Number
		try := func(what string, kind fault.Kind, who id.ID, number int64, to id.ID, terms file.GrantTerms) {
			t.Helper()
			if _, err := s.Grant(t.Context(), who, number, to, terms); !fault.Is(err, kind) {
				t.Errorf("%s: %v", what, err)
			}
		}
		try("to oneself", fault.Invalid, ida, trip, ida, file.GrantTerms{})
		try("of others", fault.NotFound, bo, trip, cy, file.GrantTerms{})
		try("the home", fault.Denied, ida, s.at(ida, "").Number, bo, file.GrantTerms{})
		try("past", fault.Invalid, ida, trip, bo, file.GrantTerms{ExpiresAt: s.now})
		try("long", fault.Invalid, ida, trip, bo, file.GrantTerms{Note: strings.Repeat("x", 1001)})
		s.share(ida, "Trip", bo, team)
		try("again", fault.Conflict, ida, trip, bo, file.GrantTerms{})
		try("on without the right", fault.Denied, bo, trip, cy, file.GrantTerms{Rights: team})
		if _, err := s.Share(t.Context(), bo, trip, file.Terms{}); !fault.Is(err, fault.Denied) {
			t.Errorf("a link to what is another's: %v", err)
		}
		// Circles: what others share does not stand in what is shared itself.
		s.share(bo, "Bos", ida, team)
		if _, _, err := s.Move(t.Context(), ida, "Bos", file.Place{Path: "Trip/Bos"}); !fault.Is(err, fault.Denied) {
			t.Errorf("nested: %v", err)
		}
		if _, _, err := s.Move(t.Context(), ida, "Bos", file.Place{Path: "Bos/Bos"}); !fault.Is(err, fault.Denied) {
			t.Errorf("into itself: %v", err)
		}
		if _, _, err := s.Move(t.Context(), bo, "Bos", file.Place{Path: "Trip/Bos"}); err != nil {
			t.Errorf("a folder of one's own goes there: %v", err)
		}
		s.gone(ida, "Bos")
		s.holds(ida, "Trip", "Bos")
	})
}

func TestLocksHoldForAllWhoShare(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "Trip")
		s.put(ida, "Trip/map.txt", "here")
		s.share(ida, "Trip", bo, team)
		if _, _, err := s.TakeLock(t.Context(), bo, file.Lock{Token: "urn:bo", Path: "Trip/map.txt", Lasts: time.Hour}); err != nil {
			t.Fatal(err)
		}
		write := func(who id.ID, tokens file.Tokens) error {
			_, _, err := s.Put(t.Context(), who, "Trip/map.txt", strings.NewReader("new"), file.Write{Size: 3, Tokens: tokens})
			return err
		}
		if err := write(ida, file.Tokens{}); !errors.Is(err, file.ErrLocked) {
			t.Errorf("%v", err)
		}
		if err := s.Delete(t.Context(), ida, "Trip", false, nil, file.Tokens{}); !errors.Is(err, file.ErrLocked) {
			t.Errorf("%v", err)
		}
		if _, _, err := s.Move(t.Context(), ida, "Trip", file.Place{Path: "Else", Tokens: file.Tokens{}}); !errors.Is(err, file.ErrLocked) {
			t.Errorf("%v", err)
		}
		if err := write(bo, file.Tokens{"urn:bo"}); err != nil {
			t.Error(err)
		}
		for who, path := range map[id.ID]string{ida: "Trip/map.txt", bo: "Trip/map.txt"} {
			if all, err := s.Locks(t.Context(), who); err != nil || len(all) != 1 || all[0].Path != path {
				t.Errorf("%+v %v", all, err)
			}
		}
		if err := s.Unlock(t.Context(), bo, "Trip/map.txt", "urn:bo"); err != nil {
			t.Error(err)
		}
		if err := write(ida, file.Tokens{}); err != nil {
			t.Error(err)
		}
		// Versions are the owner's, and whoever may change the file may go back to one.
		number := s.at(ida, "Trip/map.txt").Number
		_, all, err := s.Versions(t.Context(), bo, number)
		if err != nil || len(all) == 0 {
			t.Fatalf("%v %v", all, err)
		}
		if _, err := s.RestoreVersion(t.Context(), bo, number, all[len(all)-1].ID); err != nil || s.read(s.at(ida, "Trip/map.txt")) != "here" {
			t.Errorf("%v", err)
		}
		if err := s.DeleteVersion(t.Context(), bo, number, all[0].ID); !fault.Is(err, fault.Denied) {
			t.Errorf("%v", err)
		}
	})
}

func TestSharedFileIsWrittenWhereItStands(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.put(ida, "letter.txt", "dear")
		s.share(ida, "letter.txt", bo, file.Look|file.Edit)
		if _, fresh, err := s.Put(t.Context(), bo, "letter.txt", strings.NewReader("dearest"), file.Write{Size: 7}); err != nil || fresh {
			t.Fatal(fresh, err)
		}
		if s.read(s.at(ida, "letter.txt")) != "dearest" {
			t.Error("its owner has another")
		}
		if n, err := s.Mark(t.Context(), bo, "letter.txt", func(n *file.Node) error { n.Favorite = true; return nil }); err != nil || !n.Favorite {
			t.Errorf("%v", err)
		}
		if s.at(ida, "letter.txt").Favorite || !s.at(bo, "letter.txt").Favorite {
			t.Error("a favorite is not one's own")
		}
		if all, err := s.Favorites(t.Context(), bo, 0, 10); err != nil || len(all) != 1 || all[0].Path != "letter.txt" {
			t.Errorf("%+v %v", all, err)
		}
		if all, err := s.Below(t.Context(), bo, s.at(bo, "").Number, 10); err != nil || len(all) != 2 || all[1].Path != "files/letter.txt" || s.read(all[1].Node) != "dearest" {
			t.Errorf("%+v %v", all, err)
		}
		for _, f := range []func() (int, error){
			func() (int, error) { a, err := s.GrantedBy(t.Context(), ida); return len(a), err },
			func() (int, error) { a, err := s.GrantedTo(t.Context(), bo); return len(a), err },
		} {
			if n, err := f(); n != 1 || err != nil {
				t.Errorf("%d %v", n, err)
			}
		}
	})
}

func TestLinkOpensWhatItsTermsSay(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "Trip")
		s.put(ida, "Trip/map.txt", "here")
		s.mkdir(bo, "Bos")
		s.put(bo, "Bos/private.txt", "x")
		s.share(bo, "Bos", ida, file.All)
		number := s.at(ida, "Trip").Number
		link := func(r file.Rights) *file.Link {
			t.Helper()
			s.now = s.now.Add(time.Millisecond)
			l, err := s.Share(t.Context(), ida, number, file.Terms{Rights: r, Note: "Hello"})
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		put := func(l *file.Link, path string) error {
			_, _, err := s.Put(t.Context(), l.Visitor(), path, strings.NewReader("new"), file.Write{Size: 3})
			return err
		}
		look := link(0)
		if err := put(look, "new.txt"); !fault.Is(err, fault.Denied) {
			t.Errorf("%v", err)
		}
		s.holds(look.Visitor(), "", "map.txt")

		drop := link(file.Add)
		s.holds(drop.Visitor(), "", "")
		for range 2 {
			if err := put(drop, "map.txt"); err != nil {
				t.Error(err)
			}
		}
		s.gone(drop.Visitor(), "map.txt")
		if err := put(drop, "folder/map.txt"); !fault.Is(err, fault.Denied) {
			t.Errorf("%v", err)
		}
		s.holds(ida, "Trip", "map (2).txt map (3).txt map.txt")
		if s.read(s.at(ida, "Trip/map.txt")) != "here" {
			t.Error("who sees nothing wrote over something")
		}
		if _, _, err := s.ByNumber(t.Context(), drop.Visitor(), s.at(ida, "Trip/map.txt").Number); !fault.Is(err, fault.NotFound) {
			t.Errorf("%v", err)
		}

		edit := link(file.Look | file.Edit | file.Add)
		if err := put(edit, "map.txt"); err != nil {
			t.Error(err)
		}
		if err := put(edit, "new.txt"); err != nil {
			t.Error(err)
		}
		if err := s.Delete(t.Context(), edit.Visitor(), "new.txt", false, nil); !fault.Is(err, fault.Denied) {
			t.Errorf("%v", err)
		}
		if err := s.Delete(t.Context(), edit.Visitor(), "", false, nil); !fault.Is(err, fault.Denied) {
			t.Errorf("%v", err)
		}
		if _, err := s.Reshare(t.Context(), ida, edit.ID, file.Terms{Rights: file.Look}); err != nil {
			t.Fatal(err)
		}
		if err := put(edit, "map.txt"); !fault.Is(err, fault.Denied) {
			t.Errorf("%v", err)
		}
		if err := s.EndShare(t.Context(), ida, edit.ID); err != nil {
			t.Fatal(err)
		}
		if err := put(edit, "map.txt"); !fault.Is(err, fault.Gone) {
			t.Errorf("%v", err)
		}
		if all, err := s.Links(t.Context(), ida); err != nil || len(all) != 2 {
			t.Errorf("%+v %v", all, err)
		}
	})
}

func TestNobodyFloodsByALink(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "Drop")
		l, err := s.Share(t.Context(), ida, s.at(ida, "Drop").Number, file.Terms{Rights: file.Add})
		if err != nil {
			t.Fatal(err)
		}
		s.filled(l.ID, file.LinkFilesMax-1)
		put := func() error {
			_, _, err := s.Put(t.Context(), l.Visitor(), "x", strings.NewReader("x"), file.Write{Size: 1})
			return err
		}
		if err := put(); err != nil {
			t.Fatal(err)
		}
		if err := put(); !fault.Is(err, fault.TooMany) {
			t.Errorf("%v", err)
		}
		s.now = s.now.Add(24 * time.Hour)
		if err := put(); err != nil {
			t.Errorf("the next day: %v", err)
		}
	})
}

// leave is what becomes of shares when somebody goes.
func (s *tree) leave(who id.ID) error {
	return s.db.Update(s.t.Context(), func(ctx context.Context, tx *db.Tx) error { return s.Leave(ctx, tx, who) })
}

// filled is a link by which much was added today.
func (s *tree) filled(link id.ID, added int) {
	s.t.Helper()
	if err := s.db.Update(s.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE file_share SET day = $2, added = $3 WHERE id = $1`, link, s.now.Unix()/(24*60*60), added)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
}
