package activitystreams

import (
	"strconv"
	"strings"
	"time"
)

// timeLayouts are the forms of xsd:dateTime found in use, the right one first.
var timeLayouts = [...]string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999",
	"2006-01-02T15:04:05.999999999Z0700",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999 -0700",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02 15:04",
	"2006-01-02",
}

// parseTime reads a time in any of the forms in use; without a zone it is
// UTC. What cannot be read, or lies outside the years 1 to 9999, is zero.
func parseTime(s string) time.Time {
	s = strings.ToUpper(strings.TrimSpace(s))
	if s == "" || len(s) > MaxToken {
		return time.Time{}
	}
	for _, layout := range timeLayouts {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		if t = t.UTC(); t.Year() < 1 || t.Year() > 9999 {
			return time.Time{}
		}
		return t
	}
	return time.Time{}
}

// formatTime writes t as xsd:dateTime in UTC with at most milliseconds
// (Core §2.3), or "" for the zero time.
func formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Truncate(time.Millisecond).Format("2006-01-02T15:04:05.999Z07:00")
}

// maxDuration bounds durations that are read: ten years.
const maxDuration = 10 * 366 * 24 * time.Hour

// duration is the length of time at key: an xsd:duration such as PT1M30S, or
// a number of seconds.
func (n node) duration(key string) time.Duration {
	v := n.first(key)
	if v.isString() {
		return parseDuration(v.str())
	}
	f, ok := v.number()
	if !ok || f < 0 || f > maxDuration.Seconds() {
		return 0
	}
	return time.Duration(f * float64(time.Second))
}

// parseDuration reads an xsd:duration of days, hours, minutes and seconds.
// Years and months have no fixed length; with them, as with anything else
// that cannot be read, the duration is 0.
func parseDuration(s string) time.Duration {
	rest, ok := strings.CutPrefix(s, "P")
	if !ok || len(s) > MaxToken {
		return 0
	}
	days, clock, _ := strings.Cut(rest, "T")
	total, ok := sumUnits(days, map[byte]time.Duration{'W': 7 * 24 * time.Hour, 'D': 24 * time.Hour})
	if !ok {
		return 0
	}
	part, ok := sumUnits(clock, map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second})
	if !ok || total+part > maxDuration {
		return 0
	}
	return total + part
}

// sumUnits adds up numbers that are each followed by a unit.
func sumUnits(s string, units map[byte]time.Duration) (time.Duration, bool) {
	var total time.Duration
	for s != "" {
		i := strings.IndexFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if i <= 0 {
			return 0, false
		}
		f, err := strconv.ParseFloat(s[:i], 64)
		unit, ok := units[s[i]]
		if err != nil || !ok || f*unit.Seconds() > maxDuration.Seconds() {
			return 0, false
		}
		total += time.Duration(f * float64(unit))
		s = s[i+1:]
	}
	return total, true
}

// formatDuration writes d as an xsd:duration in seconds with at most
// milliseconds, or "" for 0.
func formatDuration(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return "PT" + strconv.FormatFloat(d.Round(time.Millisecond).Seconds(), 'f', -1, 64) + "S"
}
