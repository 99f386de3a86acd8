package feeds

import (
	"encoding/json"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// calendars prints what Debian's icalendar makes of calendars at addresses: for each date the moments, in UTC, that
// dateutil works out from its rule within two years, by the zone that the file itself tells.
const calendars = `
import icalendar, json, sys, urllib.request
from datetime import datetime, date, timedelta, timezone
from dateutil.rrule import rrulestr
for at in sys.argv[1:]:
    raw = urllib.request.urlopen(at).read()
    cal = icalendar.Calendar.from_ical(raw)
    zones = {str(z["TZID"]): z.to_tz() for z in cal.walk("VTIMEZONE")}
    out = []
    for e in cal.walk("VEVENT"):
        begins = e["DTSTART"].dt
        days = not isinstance(begins, datetime)
        naive = datetime(begins.year, begins.month, begins.day) if days else begins.replace(tzinfo=None)
        times = [naive]
        if "RRULE" in e:
            rule = e["RRULE"]
            if "UNTIL" in rule and not days:
                rule["UNTIL"] = [rule["UNTIL"][0].astimezone(zones[e["DTSTART"].params["TZID"]]).replace(tzinfo=None)]
            times = list(rrulestr(rule.to_ical().decode(), dtstart=naive).between(naive, naive + timedelta(days=730), inc=True))
        if not days:
            zone = zones[e["DTSTART"].params["TZID"]]
            times = [zone.localize(x).astimezone(timezone.utc) for x in times]
        out.append({"uid": str(e["UID"]), "title": str(e["SUMMARY"]), "text": str(e.get("DESCRIPTION", "")), "place": str(e.get("LOCATION", "")),
            "status": str(e["STATUS"]), "sequence": int(e["SEQUENCE"]), "days": days, "times": [x.isoformat()[:16] for x in times]})
    print(json.dumps({"at": at, "name": str(cal.get("X-WR-CALNAME", "")), "folded": all(len(l) <= 75 for l in raw.split(b"\r\n")),
        "errors": [str(x) for c in cal.walk() for x in c.errors], "dates": out}))
`

// readByICalendar has a program that nobody here wrote read a calendar, and work out when its dates are.
func readByICalendar(t *testing.T, ana *home) {
	ana.form("/site/new?kind=calendar", url.Values{"title": {"Хор у воды"}, "listed": {"true"}, "language": {"ru"}, "slug": {"choir"}, "do": {"publish"}})
	dates := regexp.MustCompile(`href="(/site/pages/\d+)"`).FindStringSubmatch(ana.page("/site"))[1] + "/events"
	words := strings.Repeat("Слова; с запятыми, и \\ чертой. ", 12)
	for _, d := range []url.Values{
		{"title": {"Репетиция " + strings.Repeat("очень ", 20)}, "text": {words}, "place": {"Сарай, у воды"}, "begins": {"2026-10-11"}, "begins_time": {"19:30"}, "ends_time": {"21:00"}, "repeats": {"week"}, "until": {"2027-04-04"}, "zone": {"Europe/Berlin"}},
		{"title": {"Second Tuesday"}, "begins": {"2026-02-10"}, "begins_time": {"20:00"}, "repeats": {"weekday"}, "zone": {"America/New_York"}},
		{"title": {"Camp"}, "begins": {"2026-07-04"}, "ends": {"2026-07-06"}, "repeats": {"year"}, "zone": {"Europe/Berlin"}},
		{"title": {"The last night"}, "begins": {"9998-12-31"}, "begins_time": {"23:00"}, "zone": {"Pacific/Honolulu"}},
	} {
		d.Set("do", "publish")
		ana.form(dates+"/new", d)
	}
	out, err := exec.Command(python, "-c", calendars, ana.origin+"/@ana/choir/calendar.ics").CombinedOutput()
	if err != nil {
		t.Fatalf("python3-icalendar: %v %s", err, out)
	}
	var calendar struct {
		Name   string
		Folded bool
		Errors []string
		Dates  []struct {
			UID, Title, Text, Place, Status string
			Days                            bool
			Times                           []string
		}
	}
	if err := json.Unmarshal(out, &calendar); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if calendar.Name != "Хор у воды" || !calendar.Folded || len(calendar.Errors) != 0 || len(calendar.Dates) != 4 {
		t.Fatalf("%s", out)
	}
	for _, d := range calendar.Dates {
		switch all := strings.Join(d.Times, " "); d.Title {
		case "Second Tuesday":
			if !strings.HasPrefix(all, "2026-02-11T01:00 2026-03-11T00:00 2026-04-15T00:00") {
				t.Errorf("%s: %s", d.Title, all)
			}
		case "Camp":
			if !d.Days || !strings.HasPrefix(all, "2026-07-04T00:00 2027-07-04T00:00") {
				t.Errorf("%s: %s", d.Title, all)
			}
		case "The last night":
			if len(d.Times) != 1 {
				t.Errorf("%s: %s", d.Title, all)
			}
		default:
			if d.Text != strings.TrimSpace(words) || d.Place != "Сарай, у воды" || d.Status != "CONFIRMED" || len(d.Times) != 26 ||
				!strings.HasPrefix(all, "2026-10-11T17:30 2026-10-18T17:30 2026-10-25T18:30") || !strings.HasSuffix(all, "2027-03-28T17:30 2027-04-04T17:30") {
				t.Errorf("%s: %d times, %s\n%s", d.Title, len(d.Times), all, d.Text)
			}
		}
	}
}
