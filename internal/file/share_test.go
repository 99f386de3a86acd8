package file_test

import (
	"strings"
	"testing"
	"time"

	"allod/internal/fault"
	"allod/internal/file"
	"allod/internal/id"
)

// shows is the names that a link shows at a path, or a fault.
func (s *tree) shows(link id.ID, path string) (string, error) {
	_, p, err := s.Shared(s.t.Context(), link, path, file.ByName, 0, 100)
	if err != nil {
		return "", err
	}
	names := []string{p.Path}
	for _, n := range p.Held {
		names = append(names, n.Name)
	}
	return strings.Join(names, " "), nil
}

func (s *tree) closed(link id.ID, path string, kind fault.Kind) {
	s.t.Helper()
	if got, err := s.shows(link, path); !fault.Is(err, kind) {
		s.t.Errorf("%q shows %q, %v", path, got, err)
	}
}

func (s *tree) open(link id.ID, path, want string) {
	s.t.Helper()
	if got, err := s.shows(link, path); err != nil || got != want {
		s.t.Errorf("%q shows %q, not %q: %v", path, got, want, err)
	}
}

func TestLinkShowsWhatItIsToAndNothingBeside(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		s.mkdir(ida, "Trip")
		s.mkdir(ida, "Trip/Day one")
		s.put(ida, "Trip/Day one/sea.txt", "blue")
		s.put(ida, "secret.txt", "shh")
		s.put(ida, "Trip/map.txt", "here")
		sh, err := s.Share(t.Context(), ida, s.at(ida, "Trip").Number, file.Terms{Label: " For Olga "})
		if err != nil || sh.Label != "For Olga" {
			t.Fatalf("%+v %v", sh, err)
		}
		s.open(sh.ID, "", " Day one map.txt")
		s.open(sh.ID, "/day ONE/", "Day one sea.txt")
		s.open(sh.ID, "Day one/sea.txt", "Day one/sea.txt")
		for _, path := range []string{"secret.txt", "Trip", "Day one/nothing", "map.txt/x"} {
			s.closed(sh.ID, path, fault.NotFound)
		}
		for _, path := range []string{"..", "../secret.txt", "Day one/../../secret.txt", "./map.txt", "a\x00", "\xff"} {
			s.closed(sh.ID, path, fault.Invalid)
		}
		s.closed(sh.ID+1, "", fault.Gone)
		s.closed(0, "", fault.Gone)

		// It stays with the folder wherever that moves, and is not left behind.
		if _, _, err := s.Move(t.Context(), ida, "Trip", file.Place{Path: "Journey"}); err != nil {
			t.Fatal(err)
		}
		s.mkdir(ida, "Trip")
		s.put(ida, "Trip/other.txt", "x")
		s.open(sh.ID, "", " Day one map.txt")
	})
}

func TestLinkEndsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		n := s.put(ida, "letter.txt", "dear")
		make := func(terms file.Terms) id.ID {
			t.Helper()
			sh, err := s.Share(t.Context(), ida, n.Number, terms)
			if err != nil {
				t.Fatal(err)
			}
			s.now = s.now.Add(time.Millisecond)
			return sh.ID
		}
		ended, short, kept := make(file.Terms{}), make(file.Terms{For: time.Hour}), make(file.Terms{})
		if err := s.EndShare(t.Context(), bo, ended); err != nil {
			t.Fatal(err)
		}
		s.open(ended, "", "")
		if err := s.EndShare(t.Context(), ida, ended); err != nil {
			t.Fatal(err)
		}
		s.closed(ended, "", fault.Gone)
		s.open(short, "", "")
		s.now = s.now.Add(time.Hour)
		s.closed(short, "", fault.Gone)
		if all, err := s.Shares(t.Context(), ida, n.Number); err != nil || len(all) != 1 || all[0].ID != kept {
			t.Errorf("%+v %v", all, err)
		}
		if _, err := s.Shares(t.Context(), bo, n.Number); !fault.Is(err, fault.NotFound) {
			t.Errorf("others see them: %v", err)
		}
		if err := s.Delete(t.Context(), ida, "letter.txt", false, nil); err != nil {
			t.Fatal(err)
		}
		s.closed(kept, "", fault.Gone)
	})
}

func TestLinksThatCannotBeMade(t *testing.T) {
	each(t, func(t *testing.T, s *tree) {
		n := s.put(ida, "letter.txt", "dear")
		for name, c := range map[string]struct {
			owner  id.ID
			number int64
			label  string
			kind   fault.Kind
		}{
			"of others": {bo, n.Number, "", fault.NotFound}, "of nothing": {ida, 1 << 40, "", fault.NotFound}, "to the home": {ida, s.at(ida, "").Number, "", fault.Denied},
			"long": {ida, n.Number, strings.Repeat("x", 101), fault.Invalid}, "bytes": {ida, n.Number, "\xff", fault.Invalid}, "lines": {ida, n.Number, "a\nb", fault.Invalid},
		} {
			if _, err := s.Share(t.Context(), c.owner, c.number, file.Terms{Label: c.label}); !fault.Is(err, c.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for range file.SharesMax {
			if _, err := s.Share(t.Context(), ida, n.Number, file.Terms{}); err != nil {
				t.Fatal(err)
			}
			s.now = s.now.Add(time.Millisecond)
		}
		if _, err := s.Share(t.Context(), ida, n.Number, file.Terms{}); !fault.Is(err, fault.TooMany) {
			t.Errorf("%v", err)
		}
	})
}
