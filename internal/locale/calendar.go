package locale

import (
	"strconv"
	"strings"
	"time"
)

// Day is a day of this year as a heading: "Sunday 22 November".
func (l *Locale) Day(t time.Time) string { return l.at("calendar.day", t) }

// LongDay is Day with its year: "Sunday 22 November 2026".
func (l *Locale) LongDay(t time.Time) string { return l.at("calendar.long_day", t) }

// Date is a date without its weekday: "22 November 2026".
func (l *Locale) Date(t time.Time) string { return l.at("calendar.date", t) }

// Clock is the time of day: "17:40".
func (l *Locale) Clock(t time.Time) string { return l.at("calendar.clock", t) }

// Moment is a date and the time of day: "22 November 2026, 17:40".
func (l *Locale) Moment(t time.Time) string { return l.at("calendar.moment", t) }

// Today is the word for it.
func (l *Locale) Today() string { return l.T("calendar.today") }

// Yesterday is the word for it.
func (l *Locale) Yesterday() string { return l.T("calendar.yesterday") }

// at is a message of the calendar about a time. Names are those of the
// language; years are not grouped.
func (l *Locale) at(key string, t time.Time) string {
	m, owner := l.find(key)
	if owner == nil {
		return key
	}
	var b strings.Builder
	for _, p := range m.text {
		switch p.Hole {
		case "":
			b.WriteString(p.Text)
		case "weekday":
			b.WriteString(owner.weekdays[t.Weekday()])
		case "day":
			b.WriteString(strconv.Itoa(t.Day()))
		case "month":
			b.WriteString(owner.months[t.Month()-1])
		case "year":
			b.WriteString(strconv.Itoa(t.Year()))
		case "hour":
			b.WriteString(twoDigits(t.Hour()))
		case "minute":
			b.WriteString(twoDigits(t.Minute()))
		}
	}
	return b.String()
}

// twoDigits is a number below a hundred with a zero before it if it is short.
func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
