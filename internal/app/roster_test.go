package app

import (
	"slices"
	"testing"

	"allod/internal/roster"
)

func TestWhereSomebodyInAFileMayBeFound(t *testing.T) {
	for _, c := range []struct {
		line roster.Line
		want []string
	}{
		{roster.Line{Feed: "https://far.example/@wren.rss"}, []string{"https://far.example/@wren"}},
		{roster.Line{Feed: "https://far.example/users/wren.atom", Page: "https://far.example/@wren"}, []string{"https://far.example/@wren", "https://far.example/users/wren"}},
		{roster.Line{Handle: "wren@far.example", Page: "https://far.example/@wren", Feed: "https://far.example/@wren/feed.atom"}, []string{"wren@far.example", "https://far.example/@wren"}},
		{roster.Line{Feed: "https://blog.example/index.rss"}, nil},
		{roster.Line{Feed: "https://blog.example/feed.atom", Page: "https://blog.example/"}, []string{"https://blog.example/"}},
	} {
		if got := whereabouts(c.line); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.line, got, c.want)
		}
	}
}
