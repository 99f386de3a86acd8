package mail

import (
	"strings"
	"testing"
)

// TestNothingTypedGetsIntoAHeader gives what strangers and owners may type to
// the parts of a letter that become headers.
func TestNothingTypedGetsIntoAHeader(t *testing.T) {
	for typed, want := range map[string][2]string{
		"Ida\r\nBcc: all@x.example":           {"Ida Bcc: all@x.example", "Ida Bcc  all x.example"},
		"Ida\u202etxt.exe\u2066 \u200bMarrow": {"Idatxt.exe Marrow", "Idatxt.exe Marrow"},
		`"Bank" <bank@x.example>,`:            {`"Bank" <bank@x.example>,`, " Bank   bank x.example"},
		"A\x00\x1b[31mB":                      {"A[31mB", "A[31mB"},
		"إيدا مارو":                           {"إيدا مارو", "إيدا مارو"},
		strings.Repeat("é", 300):              {strings.Repeat("é", 120), strings.Repeat("é", 60)},
	} {
		l := &Letter{Subject: typed, Sender: typed}
		if got := l.subject(); got != want[0] {
			t.Errorf("subject of %q is %q, wanted %q", typed, got, want[0])
		}
		if got := strings.Fields(l.sender()); strings.Join(got, " ") != strings.Join(strings.Fields(want[1]), " ") {
			t.Errorf("sender of %q is %q, wanted %q", typed, got, want[1])
		}
	}
}
