package site_test

import (
	"net/http"
	"strings"
	"testing"

	"allod/internal/db"
	"allod/internal/db/dbtest"
)

func TestCaptionsAreWrittenBesideTheirVideo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ida, b := h.resident("ida")
		_, other := h.resident("ben")
		n := h.keepFile(ida, "Trip/Bell.mp4", "no video at all")
		h.keepFile(ida, "Trip/Bell.de.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nGlocke\n")
		h.keepFile(ida, "Trip/Bell tower.ru.vtt", "WEBVTT\n")
		h.keepFile(ida, "Trip/bell.notes.old.vtt", "WEBVTT\n")
		at := nodePath(n, "/captions")
		page := b.get("/files/Trip/Bell.mp4").want(http.StatusOK, `srclang="de"`, "Deutsch", `href="`+at)
		if strings.Count(page.text(), "srclang=") != 1 {
			t.Error("captions of something else")
		}
		other.get(at).want(http.StatusNotFound)
		b.get(nodePath(h.keepFile(ida, "a.txt", "a"), "/captions")).want(http.StatusNotFound)
		_, fields := b.get(at).want(http.StatusOK, "WEBVTT", "Deutsch").form(at)
		fields["language"], fields["text"] = "ar", "WEBVTT\n\nno times"
		b.send(at, fields, nil).want(http.StatusUnprocessableEntity, "Line 3 should hold the times", "no times")
		fields["text"] = "1\r\n00:00:01,000 --> 00:00:02,000\r\nسلام\r\n"
		where := b.send(at, fields, nil).leads(at + "?of=")
		if got := h.holds(ida, "Trip/Bell.ar.vtt"); got != "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nسلام\n" {
			t.Errorf("%q", got)
		}
		_, again := b.get(where).want(http.StatusOK, "سلام", "العربية").form(at)
		again["text"] = "WEBVTT\n\n00:01.000 --> 00:03.000\nأهلا\n"
		b.send(at, again, nil).leads(at)
		b.send(at, again, nil).want(http.StatusUnprocessableEntity, "changed elsewhere meanwhile", "أهلا") // by the save before
		if got := h.holds(ida, "Trip/Bell.ar.vtt"); !strings.Contains(got, "أهلا") {
			t.Errorf("%q", got)
		}
		b.send(at, fields, nil).want(http.StatusUnprocessableEntity, "changed elsewhere") // new ones of a language that there are
		b.send(at, map[string]string{"language": "no such", "text": "WEBVTT\n\n00:01.000 --> 00:03.000\na"}, nil).want(http.StatusUnprocessableEntity)
		b.send(at, map[string]string{"language": "fr"}, map[string][]byte{"words": []byte("WEBVTT\n\n00:01.000 --> 00:03.000\nBonjour\n")}).leads(at)
		b.get(at + "?of=999").want(http.StatusNotFound)
		b.get("/files/Trip/Bell.mp4").want(http.StatusOK, `srclang="fr"`, `srclang="ar"`)
	})
}
