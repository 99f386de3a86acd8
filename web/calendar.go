package web

import (
	"strconv"
	"time"

	"github.com/a-h/templ"
)

// A CalendarView is the dates of a calendar page, by month.
type CalendarView struct {
	Months    []CalendarMonth
	Past      bool   // what was, the latest first
	Zone      string // whose clocks it tells
	File      string // absolute: the calendar to subscribe to
	Subscribe string // the same for programs that subscribe by themselves
	Other     string // what was, or what comes
	More      string // what comes later, or what was before; "" for nothing
	Begin     string // where the list begins, for one that does not begin now
	Change    string // for its owner
	Add       string
}

// A CalendarMonth is a month with dates in it.
type CalendarMonth struct {
	Month time.Time
	Dates []DateView
}

// A DateView is a date as a reader sees it.
type DateView struct {
	Title     string
	Place     string
	HTML      string // trusted, of its own page
	Language  string
	URL       string // its page
	Address   string // absolute
	File      string
	Day       bool // whole days
	Begins    time.Time
	Ends      time.Time // zero for none; of whole days the last
	Zone      string    // whose clocks it tells, where that needs saying
	Repeats   *RepeatView
	Cancelled bool
	Draft     bool
	Edit      string
}

// A RepeatView is how a date comes again.
type RepeatView struct {
	Way   string    // as page.Repeat
	Begin time.Time // its first time
	Until time.Time // the last day; zero for ever
}

// An EventView is the page of a date.
type EventView struct {
	Site     SiteView
	Date     DateView
	Calendar string     // the title of its page
	All      string     // that page
	Next     []DateView // the next times, of one that comes again
}

// An EventsView is the dates of a calendar page for its owner.
type EventsView struct {
	Title string
	Page  string // as others see it
	Edit  string // its title and words
	Add   string
	Dates []DateView
}

// An EventForm is a date being written. Its fields are "title", "place",
// "text", "begins", "begins_time", "ends", "ends_time", "zone", "repeats",
// "until", and "do": "publish", "draft", "preview", "cancel" or "restore".
type EventForm struct {
	Action     string
	New        bool
	Draft      bool
	Cancelled  bool
	Title      Field
	Place      Field
	Text       Field
	Begins     Field
	BeginsTime Field
	Ends       Field
	EndsTime   Field
	Zone       Field
	Zones      []Option
	Repeats    Field
	Ways       []Option
	Until      Field
	Preview    *DateView
	Times      []SkipRow
	Skip       string // the form that leaves a time out, or takes it in again
	Delete     string
	Back       string
	Failed     string
}

// A SkipRow is a time of a date that comes again.
type SkipRow struct {
	Date    time.Time
	Value   string
	Skipped bool
}

// What months and weekdays are called where they stand alone, from the first.
var (
	months = [...]string{
		"dates.january", "dates.february", "dates.march", "dates.april", "dates.may", "dates.june",
		"dates.july", "dates.august", "dates.september", "dates.october", "dates.november", "dates.december",
	}
	weekdays   = [...]string{"dates.sunday", "dates.monday", "dates.tuesday", "dates.wednesday", "dates.thursday", "dates.friday", "dates.saturday"}
	onWeekdays = [...]string{"dates.on_sunday", "dates.on_monday", "dates.on_tuesday", "dates.on_wednesday", "dates.on_thursday", "dates.on_friday", "dates.on_saturday"}
	weeks      = [...]string{"dates.week_first", "dates.week_second", "dates.week_third", "dates.week_fourth", "dates.week_last"}
)

// month is a month as a heading, with its year.
func (f Frame) month(t time.Time) string {
	return f.T("dates.month", "month", f.T(months[t.Month()-1]), "year", strconv.Itoa(t.Year()))
}

// dayOf is a day under the heading of its month.
func (f Frame) dayOf(t time.Time) string {
	return f.T("dates.day", "weekday", f.T(weekdays[t.Weekday()]), "day", strconv.Itoa(t.Day()))
}

// longNight is the longest a date may go on past midnight and still be told by its hours alone.
const longNight = 12 * time.Hour

// brief reports whether a date is told by the hours of one day.
func (v DateView) brief() bool {
	return sameDay(v.Begins, v.Ends) || v.Ends.Sub(v.Begins) < longNight
}

// when is a day and time in words.
func (f Frame) when(v DateView) string {
	from := capital(f.LongDay(v.Begins))
	switch {
	case v.Day && v.Ends.IsZero():
		return from
	case v.Day:
		return f.T("dates.days", "from", from, "to", f.LongDay(v.Ends))
	case v.Ends.IsZero():
		return f.T("dates.at", "day", from, "time", f.Clock(v.Begins))
	case v.brief():
		return f.T("dates.span", "day", from, "from", f.Clock(v.Begins), "to", f.Clock(v.Ends))
	}
	return f.T("dates.over", "from", from, "from_time", f.Clock(v.Begins), "to", f.LongDay(v.Ends), "to_time", f.Clock(v.Ends))
}

// machine is a time of a date as machines read it: a day, or a moment.
func (v DateView) machine(t time.Time) string {
	if v.Day {
		return t.Format(time.DateOnly)
	}
	return stamp(t)
}

// again says how a date comes again.
func (f Frame) again(v *RepeatView) string {
	if v.Until.IsZero() {
		return f.ways(v)
	}
	return f.T("dates.until_day", "repeats", f.ways(v), "day", f.Date(v.Until))
}

func (f Frame) ways(v *RepeatView) string {
	weekday := f.T(onWeekdays[v.Begin.Weekday()])
	day := strconv.Itoa(v.Begin.Day())
	switch v.Way {
	case "week":
		return f.T("dates.every_week", "weekday", weekday)
	case "fortnight":
		return f.T("dates.every_fortnight", "weekday", weekday)
	case "month":
		return f.T("dates.every_month", "day", day)
	case "weekday":
		week := f.T(weeks[min((v.Begin.Day()-1)/7, 4)])
		return f.T("dates.every_weekday", "week", week, "weekday", f.T(weekdays[v.Begin.Weekday()]))
	}
	return f.T("dates.every_year")
}

// eventDo is what the first button of a date does.
func eventDo(v EventForm) string {
	if v.New || v.Draft {
		return "event.do_publish"
	}
	return "event.do_save"
}

// eventTitle is the heading of the form of a date.
func eventTitle(v EventForm) string {
	if v.New {
		return "event.new"
	}
	return "event.change"
}

// skipWord is what the button of a time does.
func skipWord(skipped bool) string {
	if skipped {
		return "event.do_take_in"
	}
	return "event.do_skip"
}

// bidiHole fills a hole of a sentence with words from the left.
func bidiHole(name, words string) map[string]templ.Component {
	return map[string]templ.Component{name: bdiWords(words)}
}
