package film

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"allod/internal/fault"
)

// CaptionsMax is how long captions may be, in bytes.
const CaptionsMax = 1 << 20

// A Cue is what captions say for a while (WebVTT §3.1).
type Cue struct {
	From, Until time.Duration
	Settings    string
	Text        string
}

// timing is the line above what a cue says (WebVTT §4.1), as SubRip writes it too.
var timing = regexp.MustCompile(`^(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)[.,](\d{3})[ \t]+-->[ \t]+(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)[.,](\d{3})(?:[ \t]+(.*))?$`)

// ParseCaptions reads captions, WebVTT or SubRip. Notes and styles are left
// out. Invalid, with the line at fault, for what is neither.
func ParseCaptions(text string) (cues []Cue, err error) {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\ufffd").Replace(strings.TrimPrefix(text, "\ufeff"))
	if len(text) > CaptionsMax {
		return nil, fault.New(fault.TooLarge, "fault.film.captions_long").In("text")
	}
	wrong := func(key string, line int) error { return fault.New(fault.Invalid, key, "n", line).In("text") }
	lines := strings.Split(text, "\n")
	at := 0
	if strings.HasPrefix(lines[0], "WEBVTT") {
		for at < len(lines) && lines[at] != "" { // with what else its head says
			at++
		}
	}
	for at < len(lines) {
		if strings.TrimSpace(lines[at]) == "" {
			at++
			continue
		}
		begin := at
		for at < len(lines) && strings.TrimSpace(lines[at]) != "" {
			at++
		}
		block := lines[begin:at]
		if word, _, _ := strings.Cut(block[0], " "); word == "NOTE" || word == "STYLE" || word == "REGION" {
			continue
		}
		head := 0
		if !strings.Contains(block[0], "-->") && len(block) > 1 { // it has a name or number
			head = 1
		}
		m := timing.FindStringSubmatch(strings.TrimSpace(block[head]))
		if m == nil {
			return nil, wrong("fault.film.captions_time", begin+head+1)
		}
		c := Cue{From: clock(m[1:5]), Until: clock(m[5:9]), Settings: m[9], Text: strings.Join(block[head+1:], "\n")}
		switch {
		case c.Until <= c.From:
			return nil, wrong("fault.film.captions_ends", begin+head+1)
		case len(cues) > 0 && c.From < cues[len(cues)-1].From:
			return nil, wrong("fault.film.captions_order", begin+head+1)
		}
		cues = append(cues, c)
	}
	if len(cues) == 0 {
		return nil, fault.New(fault.Invalid, "fault.film.captions_none").In("text")
	}
	return cues, nil
}

func clock(parts []string) time.Duration {
	var n [4]int
	for i, p := range parts {
		n[i], _ = strconv.Atoi(p)
	}
	return time.Duration(n[0])*time.Hour + time.Duration(n[1])*time.Minute + time.Duration(n[2])*time.Second + time.Duration(n[3])*time.Millisecond
}

// Captions are cues as WebVTT, and nothing else.
func Captions(cues []Cue) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	for _, c := range cues {
		b.WriteString("\n" + stamp(c.From) + " --> " + stamp(c.Until))
		if c.Settings != "" {
			b.WriteString(" " + c.Settings)
		}
		b.WriteString("\n" + c.Text + "\n")
	}
	return b.String()
}

func stamp(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d:%02d.%03d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60, d.Milliseconds()%1000)
}
