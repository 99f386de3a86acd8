package account_test

import (
	"testing"

	"allod/internal/account"
	"allod/internal/db"
)

// TestNamesThatHideOrTurnTheLineAreMadePlain has names in mixed directions, and
// of letters that cannot be seen, of one who lives here and one who does not.
func TestNamesThatHideOrTurnTheLineAreMadePlain(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, s *account.Service) {
		ida, err := settle(t, d, s, "ida")
		if err != nil {
			t.Fatal(err)
		}
		for typed, want := range map[string]string{
			"\u202eadI\u202c":             "adI",
			"Ida \u2067שלום\u2069 Marrow": "Ida שלום Marrow",
			"I\u200bd\u2060a\ufeff":       "Ida",
			"\u200b\u200d\u2060":          "",
			"\u3164\u2800":                "",
			"Ida\nMarrow\x00":             "Ida Marrow",
			"👩\u200d🌾 Ida":                "👩\u200d🌾 Ida",
			"می\u200cخواهم":               "می\u200cخواهم",
			"آنا":                         "آنا",
		} {
			a, err := s.Edit(t.Context(), ida.ID, account.Profile{DisplayName: &typed})
			if err != nil || a.DisplayName != want {
				t.Errorf("%q is kept as %q: %v", typed, a.DisplayName, err)
			}
			if want == "" && a.Called() != "ida" {
				t.Errorf("%q is called %q", typed, a.Called())
			}
			far, err := s.Meet(t.Context(), &account.Account{
				Kind: account.KindPerson, Name: "wren", Host: "far.example", URI: "https://far.example/wren", Inbox: "https://far.example/inbox", DisplayName: typed,
			}, nil)
			if err != nil || far.DisplayName != want {
				t.Errorf("%q of elsewhere is kept as %q: %v", typed, far.DisplayName, err)
			}
		}
	})
}
