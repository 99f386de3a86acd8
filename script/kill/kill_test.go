package main

import (
	"crypto/sha256"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestNothingAcknowledgedIsLostToAKill kills the real binary 25 times, or as
// often as ALLOD_KILLS says. script/kill/run does it 200 times.
func TestNothingAcknowledgedIsLostToAKill(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	if raceEnabled {
		t.Skip("the program under test is not built with the race detector")
	}
	kills := 25
	if text := os.Getenv("ALLOD_KILLS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		kills = n
	}
	binary := filepath.Join(t.TempDir(), "allod")
	build := exec.Command("go", "build", "-o", binary, "../../cmd/allod")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	run := trial{binary: binary, folder: t.TempDir(), kills: kills, out: t.Output()}
	if err := run.run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// whole is a ledger that nothing is wrong with: a note, a post, and the
// post's delivery, which was in flight at a kill and so came twice.
func whole() (*ledger, []status, []*peer) {
	l := newLedger()
	killed := time.Now()
	l.noteAcknowledged("note")
	l.postAcknowledged("words", "7", "post")
	l.killed(killed)
	body := sha256.Sum256([]byte("activity"))
	l.arrived("host", "create", "post", received{killed.Add(-time.Millisecond), body})
	l.arrived("host", "create", "post", received{killed.Add(time.Second), body})
	return l, []status{{ID: "8", URI: "note", Content: "<p>else</p>"}, {ID: "7", URI: "post", Content: "<p>words</p>"}}, []*peer{{host: "host"}}
}

func TestCheckFinds(t *testing.T) {
	other := sha256.Sum256([]byte("other"))
	for _, c := range []struct {
		name  string
		spoil func(l *ledger, stream *[]status)
		want  []string // beginnings or parts
	}{
		{"nothing", func(*ledger, *[]status) {}, nil},
		{"a lost note", func(_ *ledger, s *[]status) { *s = (*s)[1:] }, []string{"lost: note"}},
		{"a note stored twice", func(_ *ledger, s *[]status) { *s = append(*s, (*s)[0]) }, []string{"twice: note"}},
		{"a lost post", func(_ *ledger, s *[]status) { *s = (*s)[:1] }, []string{"lost: post", `lost: the post "words"`}},
		{"a post stored twice", func(_ *ledger, s *[]status) { *s = append(*s, status{ID: "9", URI: "post2", Content: "<p>words</p>"}) },
			[]string{"post2 is in the home stream and was never acknowledged", `twice: the post "words"`, "acknowledged as 7 post and is 9 post2"}},
		{"a post nobody made", func(_ *ledger, s *[]status) { *s = append(*s, status{ID: "9", URI: "x", Content: "<p>x</p>"}) },
			[]string{"never acknowledged", "never acknowledged"}},
		{"a post not delivered", func(l *ledger, _ *[]status) { clear(l.arrivals) }, []string{"never delivered to host"}},
		{"a delivery of what is not there", func(l *ledger, _ *[]status) { l.arrived("host", "create2", "ghost", received{}) }, []string{"ghost"}},
		{"a repeat under another id", func(l *ledger, _ *[]status) { l.arrived("host", "create2", "post", received{}) }, []string{"was delivered as"}},
		{"a repeat without a kill", func(l *ledger, _ *[]status) { l.outages = nil }, []string{"was not in flight"}},
		{"a repeat long after it was settled", func(l *ledger, _ *[]status) {
			l.arrivals[route{"create", "host"}][0].at = l.outages[0].from.Add(-2 * inFlight)
		},
			[]string{"was not in flight"}},
		{"nothing, where the first was read after the kill", func(l *ledger, _ *[]status) {
			l.arrivals[route{"create", "host"}][0].at = l.outages[0].from.Add(time.Millisecond)
		}, nil},
		{"a repeat by the home that was started again", func(l *ledger, _ *[]status) {
			l.answers(l.outages[0].from.Add(time.Millisecond))
			l.arrivals[route{"create", "host"}][0].at = l.outages[0].from.Add(2 * time.Millisecond)
		}, []string{"was not in flight"}},
		{"a repeat with other bytes", func(l *ledger, _ *[]status) { l.arrivals[route{"create", "host"}][1].body = other }, []string{"different bytes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, stream, peers := whole()
			c.spoil(l, &stream)
			var own []status
			for _, s := range stream {
				if s.URI != "note" {
					own = append(own, s)
				}
			}
			l.checkStream(stream, stream)
			l.checkPosts(own)
			l.checkDeliveries(peers)
			l.checkRepeats()
			if len(l.wrong) != len(c.want) {
				t.Fatal(cmp.Diff(c.want, l.wrong))
			}
			said := strings.Join(l.wrong, "\n")
			for _, want := range c.want {
				if !strings.Contains(said, want) {
					t.Errorf("%q is not in:\n%s", want, said)
				}
			}
		})
	}
}

func TestPagingThatSkipsIsNoLoss(t *testing.T) {
	l, stream, _ := whole()
	l.checkStream(stream[1:], stream)
	if len(l.wrong) != 1 || !strings.HasPrefix(l.wrong[0], "paging by the id of the last status shows note 0 times") {
		t.Fatal(l.wrong)
	}
}
