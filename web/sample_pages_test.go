package web

import (
	"time"

	"allod/internal/locale"
)

// kindSamples are calendars and sheets of pictures, as others see them and as their owner keeps them.
func kindSamples(l *locale.Locale, inside func(Place) Page, outside func(int) Page) []sample {
	at := SiteView{Person: ida, URL: "/@ida", Menu: []MenuItem{{l.T("site.front"), "/@ida", false}, {"Choir", "/@ida/choir", true}}}
	evening := time.Date(2026, 12, 5, 19, 30, 0, 0, time.UTC)
	choir := DateView{Title: "Choir by the water", Place: "The boathouse", URL: "/@ida/choir/1", Address: "https://marrow.example/@ida/choir/1", File: "/@ida/choir/1.ics", Language: "en",
		HTML: "<p>Bring <em>something warm</em>.</p>", Begins: evening, Ends: evening.Add(90 * time.Minute), Repeats: &RepeatView{"week", evening, evening.AddDate(1, 0, 0)}}
	camp := DateView{Title: "مخيم", URL: "/@ida/choir/2", Language: "ar", Day: true, Begins: evening, Ends: evening.AddDate(0, 0, 2), Cancelled: true, Zone: "Asia/Tokyo", Edit: "/e"}
	night := DateView{Title: "Night", URL: "/@ida/choir/3", Begins: evening, Ends: evening.Add(40 * time.Hour), Draft: true, Edit: "/e", Repeats: &RepeatView{"weekday", evening, time.Time{}}}
	alone := DateView{Title: "Day", URL: "/@ida/choir/4", Day: true, Begins: evening, Repeats: &RepeatView{"year", evening, time.Time{}}}
	page := PageView{Site: at, Title: "Choir", URL: "https://marrow.example/@ida/choir", Language: "en", Calendar: &CalendarView{
		Months: []CalendarMonth{{evening, []DateView{choir, camp, night}}, {evening.AddDate(0, 1, 0), []DateView{alone}}}, Zone: "Europe/Berlin",
		File: "https://marrow.example/@ida/choir/calendar.ics", Subscribe: "webcal://marrow.example/@ida/choir/calendar.ics", Other: "/@ida/choir/past", More: "/@ida/choir?from=2027-01-01", Add: "/n", Change: "/c"}}
	mine := choir
	mine.Edit = "/e"
	past := page
	past.Calendar = &CalendarView{Past: true, Zone: "UTC", File: "https://marrow.example/f", Subscribe: "webcal://marrow.example/f", Other: "/@ida/choir"}
	form := EventForm{Action: "/a", Title: Field{"", l.T("fault.event.title")}, Begins: Field{"x", l.T("fault.event.day")}, Ends: Field{"", l.T("fault.event.ends")}, Zone: Field{"UTC", l.T("fault.event.zone")},
		Zones: []Option{{"UTC", "UTC"}}, Repeats: Field{Value: "week"}, Ways: []Option{{"", l.T("event.once")}, {"week", l.T("event.weekly")}}, Until: Field{"", l.T("fault.event.until")}, Preview: &choir, Cancelled: true,
		Times: []SkipRow{{evening, "2026-12-05", false}, {evening.AddDate(0, 0, 7), "2026-12-12", true}}, Skip: "/s", Delete: "/d", Back: "/b", Failed: l.T("fault.event.many", "max", 500)}
	ridges := Media{Kind: Picture, URL: "/sample/ridges.webp", Small: "/sample/ridges.webp", Width: 1200, Height: 800, Alt: "Seven rows of hills"}
	plain := Media{Kind: Picture, URL: "/sample/clouds.webp", Small: "/sample/clouds.webp", Width: 400, Height: 1200}
	sheet := PageView{Site: at, Title: "Pictures", URL: "https://marrow.example/@ida/pictures", Language: "en", Beside: []Media{ridges},
		Portfolio: &PortfolioView{Change: "/c", Language: "en", Pictures: []PieceView{{"/@ida/pictures/1", "First light", ridges}, {"/@ida/pictures/2", "", plain}}}}
	bare := sheet
	bare.Beside, bare.Portfolio = nil, &PortfolioView{}
	keep := PicturesForm{Title: "Pictures", Page: "/p", Edit: "/e", Add: "/a", Action: "/b", Count: 2, Most: 200, AtOnce: 10, Wrong: l.T("fault.media.broken"), Refused: []string{"صورة.png"}, Failed: l.T("fault.unavailable"),
		Parts:    []MenuItem{{"1–40", "/1", true}, {"41–60", "/2", false}},
		Pictures: []PieceField{{"1", "/sample/ridges.webp", "First light", "Hills", "1", true, false}, {"2", "/sample/clouds.webp", "", "", "2", false, true}}}
	return []sample{
		{"calendar", SitePage(outside(5), page)}, {"calendar-past", SitePage(outside(5), past)},
		{"date", Event(outside(5), EventView{Site: at, Date: choir, Calendar: "Choir", All: "/@ida/choir", Next: []DateView{choir, night}})},
		{"dates", Events(inside(PlaceSite), EventsView{Title: "Choir", Page: "/p", Edit: "/e", Add: "/a", Dates: []DateView{mine, camp, night}})},
		{"dates-none", Events(inside(PlaceSite), EventsView{Title: "Choir", Page: "/p", Edit: "/e", Add: "/a"})},
		{"edit-date", EditEvent(inside(PlaceSite), form)}, {"new-date", EditEvent(inside(PlaceSite), EventForm{Action: "/a", New: true, Zones: []Option{{"UTC", "UTC"}}, Ways: []Option{{"", l.T("event.once")}}, Back: "/b"})},
		{"portfolio", SitePage(outside(5), sheet)}, {"portfolio-none", SitePage(inside(PlaceSite), bare)},
		{"piece", Piece(outside(5), PiecePage{Site: at, Title: "First light", Media: ridges, Language: "en", Portfolio: "Pictures", All: "/@ida/pictures", Number: 2, Count: 3, Before: "/1", Next: "/3", Address: "https://marrow.example/@ida/pictures/2", Edit: "/e"})},
		{"pictures", Pictures(inside(PlaceSite), keep)}, {"pictures-none", Pictures(inside(PlaceSite), PicturesForm{Title: "Pictures", Page: "/p", Edit: "/e", Add: "/a", Action: "/b", Most: 200, AtOnce: 10, Draft: true})},
	}
}
