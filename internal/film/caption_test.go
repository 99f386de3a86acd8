package film_test

import (
	"strings"
	"testing"
	"time"

	"allod/internal/fault"
	"allod/internal/film"
)

func TestCaptionsAreRead(t *testing.T) {
	const vtt = "\ufeffWEBVTT - a title\r\nKind: captions\r\n\r\nNOTE xyzzy was here\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n1\r\n00:01.000 --> 00:02.500 align:start\r\n<b>سلام</b>\r\nand more\r\n\r\n01:00:00.000 --> 01:00:01.000\r\n\r\n"
	const srt = "1\n00:00:01,000 --> 00:00:02,500\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nAgain\n"
	cues, err := film.ParseCaptions(vtt)
	if err != nil || len(cues) != 2 || cues[0].Until != 2500*time.Millisecond || cues[0].Text != "<b>سلام</b>\nand more" || cues[0].Settings != "align:start" || cues[1].From != time.Hour {
		t.Fatalf("%+v %v", cues, err)
	}
	out := film.Captions(cues)
	if strings.Contains(out, "xyzzy") || strings.Contains(out, "color") || !strings.HasPrefix(out, "WEBVTT\n\n00:00:01.000 --> 00:00:02.500 align:start\n") {
		t.Error(out)
	}
	if again, err := film.ParseCaptions(out); err != nil || len(again) != 2 {
		t.Errorf("%+v %v", again, err)
	}
	if cues, err := film.ParseCaptions(srt); err != nil || len(cues) != 2 || cues[1].Text != "Again" {
		t.Errorf("%+v %v", cues, err)
	}
	for text, key := range map[string]string{
		"":                                     "fault.film.captions_none",
		"WEBVTT\n":                             "fault.film.captions_none",
		"just words":                           "fault.film.captions_time",
		"WEBVTT\n\n1\nno time":                 "fault.film.captions_time",
		"WEBVTT\n\n00:02.000 --> 00:01.000\na": "fault.film.captions_ends",
		"WEBVTT\n\n00:02.000 --> 00:03.000\na\n\n00:01.000 --> 00:04.000\nb": "fault.film.captions_order",
		"WEBVTT\n\n99:99.000 --> 99:99.500\na":                               "fault.film.captions_time",
		strings.Repeat("x", film.CaptionsMax+1):                              "fault.film.captions_long",
	} {
		_, err := film.ParseCaptions(text)
		if got, _ := fault.Message(err); got != key || fault.Field(err) != "text" {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

func FuzzCaptions(f *testing.F) {
	f.Add("WEBVTT\n\n00:01.000 --> 00:02.000\nHello")
	f.Add("1\n00:00:01,000 --> 00:00:02,000\nHello\n")
	f.Fuzz(func(t *testing.T, text string) {
		cues, err := film.ParseCaptions(text)
		if err != nil {
			return
		}
		again, err := film.ParseCaptions(film.Captions(cues))
		if err != nil || len(again) != len(cues) {
			t.Errorf("%d cues are %d: %v", len(cues), len(again), err)
		}
	})
}
