package hometest_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

const (
	vcardOf = "BEGIN:VCARD\r\nVERSION:3.0\r\nX-ODD;P=1:kept as it is\r\nUID:%\r\nFN:Zoë\r\nN:Zoë;;;;\r\nEND:VCARD\r\n"
	eventOf = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:%\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260105T100000Z\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:Choir\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)

func about(form, uid string) string { return strings.Replace(form, "%", uid, 1) }

// TestContactsAndDates holds what vdirsyncer does not try: conditions, other people's books, and what cannot be kept.
func TestContactsAndDates(t *testing.T) {
	t.Parallel()
	ida := newDevice(t, "ida")
	rosa := &device{ida.Home.Settle("rosa"), ""}
	rosa.secret = rosa.AppPassword()
	const people, dates = "/remote.php/dav/addressbooks/users/ida/contacts/", "/remote.php/dav/calendars/ida/personal/"
	vcf, ics := []string{"Content-Type", "text/vcard"}, []string{"Content-Type", "text/calendar"}

	made, _ := ida.want(http.StatusCreated, http.MethodPut, people+"zoe.vcf", about(vcardOf, "z1"), append(vcf, "If-None-Match", "*")...)
	got, body := ida.want(http.StatusOK, http.MethodGet, people+"zoe.vcf", "")
	if body != about(vcardOf, "z1") || got.Header.Get("ETag") == "" || got.Header.Get("ETag") != made.Header.Get("ETag") {
		t.Errorf("%q %v", body, got.Header)
	}
	ida.want(http.StatusPreconditionFailed, http.MethodPut, people+"zoe.vcf", about(vcardOf, "z1"), append(vcf, "If-None-Match", "*")...)
	ida.want(http.StatusPreconditionFailed, http.MethodPut, people+"zoe.vcf", about(vcardOf, "z1"), append(vcf, "If-Match", `"other"`)...)
	ida.want(http.StatusPreconditionFailed, http.MethodDelete, people+"zoe.vcf", "", "If-Match", `"other"`)
	ida.want(http.StatusConflict, http.MethodPut, people+"twin.vcf", about(vcardOf, "z1"), vcf...)

	for name, c := range map[string]struct {
		at, body string
		header   []string
	}{
		"no uid":        {people + "a.vcf", strings.Replace(vcardOf, "UID:%\r\n", "", 1), vcf},
		"no card":       {people + "a.vcf", "hello", vcf},
		"another type":  {people + "a.vcf", about(vcardOf, "z2"), []string{"Content-Type", "text/html"}},
		"no calendar":   {dates + "a.ics", "BEGIN:VCALENDAR", ics},
		"every second":  {dates + "a.ics", about(strings.Replace(eventOf, "WEEKLY", "SECONDLY", 1), "e1"), ics},
		"an invitation": {dates + "a.ics", about(strings.Replace(eventOf, "VERSION:2.0", "VERSION:2.0\r\nMETHOD:REQUEST", 1), "e1"), ics},
	} {
		if resp, got := ida.do(http.MethodPut, c.at, c.body, c.header...); resp.StatusCode < 400 || resp.StatusCode >= 500 {
			t.Errorf("%s: %s %s", name, resp.Status, got)
		}
	}
	ida.want(http.StatusRequestEntityTooLarge, http.MethodPut, people+"a.vcf", strings.Repeat("x", 3<<20), vcf...)
	ida.want(http.StatusCreated, http.MethodPut, dates+"choir.ics", about(eventOf, "e1"), ics...)
	_, found := ida.want(http.StatusMultiStatus, "REPORT", dates, `<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/><c:calendar-data/></d:prop>
		<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="20300101T000000Z" end="20300201T000000Z"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>`,
		"Content-Type", "application/xml", "Depth", "1")
	if !strings.Contains(found, "choir.ics") || !strings.Contains(found, "SUMMARY:Choir") {
		t.Error(found)
	}

	ida.want(http.StatusCreated, "MKCALENDAR", "/remote.php/dav/calendars/ida/work/", `<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop><d:displayname>Work &amp; more</d:displayname></d:prop></d:set></c:mkcalendar>`, "Content-Type", "application/xml")
	ida.want(http.StatusMethodNotAllowed, "MKCALENDAR", "/remote.php/dav/calendars/ida/work/", "")
	_, list := ida.want(http.StatusMultiStatus, "PROPFIND", "/remote.php/dav/calendars/ida/", `<d:propfind xmlns:d="DAV:"><d:prop><d:displayname/></d:prop></d:propfind>`, "Content-Type", "application/xml", "Depth", "1")
	if !strings.Contains(list, "Work &amp; more") || !strings.Contains(list, "Calendar") {
		t.Error(list)
	}
	const look = `<d:propfind xmlns:d="DAV:" xmlns:s="http://calendarserver.org/ns/" xmlns:a="http://apple.com/ns/ical/"><d:prop><d:displayname/><s:getctag/><d:sync-token/><a:calendar-color/></d:prop></d:propfind>`
	ida.want(http.StatusMultiStatus, "PROPPATCH", "/remote.php/dav/calendars/ida/work/", `<d:propertyupdate xmlns:d="DAV:" xmlns:a="http://apple.com/ns/ical/"><d:set><d:prop><d:displayname>Toil</d:displayname><a:calendar-color>#aa0000ff</a:calendar-color></d:prop></d:set></d:propertyupdate>`)
	if _, odd := ida.want(http.StatusMultiStatus, "PROPPATCH", "/remote.php/dav/calendars/ida/work/", `<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop><d:displayname>Rest</d:displayname><d:owner>rosa</d:owner></d:prop></d:set></d:propertyupdate>`); !strings.Contains(odd, "403 Forbidden") || !strings.Contains(odd, "424 Failed") {
		t.Error(odd)
	}
	_, one := ida.want(http.StatusMultiStatus, "PROPFIND", "/remote.php/dav/calendars/ida/work/", look, "Depth", "0")
	if !strings.Contains(one, ">Toil<") || !strings.Contains(one, "#aa0000ff") || !strings.Contains(one, "getctag") {
		t.Error(one)
	}
	token := regexp.MustCompile(`<d:sync-token>([^<]+)`).FindStringSubmatch(one)[1]
	since := func(token string) string {
		return `<d:sync-collection xmlns:d="DAV:"><d:sync-token>` + token + `</d:sync-token><d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop></d:sync-collection>`
	}
	ida.want(http.StatusCreated, http.MethodPut, "/remote.php/dav/calendars/ida/work/a.ics", about(eventOf, "w1"), ics...)
	ida.want(http.StatusCreated, http.MethodPut, "/remote.php/dav/calendars/ida/work/b.ics", about(eventOf, "w2"), ics...)
	_, came := ida.want(http.StatusMultiStatus, "REPORT", "/remote.php/dav/calendars/ida/work/", since(token))
	if strings.Count(came, "getetag") != 4 {
		t.Error(came)
	}
	token = regexp.MustCompile(`<d:sync-token>([^<]+)`).FindStringSubmatch(came)[1]
	ida.want(http.StatusNoContent, http.MethodDelete, "/remote.php/dav/calendars/ida/work/a.ics", "")
	if _, went := ida.want(http.StatusMultiStatus, "REPORT", "/remote.php/dav/calendars/ida/work/", since(token)); !strings.Contains(went, "a.ics") || !strings.Contains(went, "404 Not Found") || strings.Contains(went, "b.ics") {
		t.Error(went)
	}
	ida.want(http.StatusForbidden, "REPORT", "/remote.php/dav/calendars/ida/work/", since("urn:etag:zzzzzzzzzzz"))
	ida.want(http.StatusNoContent, http.MethodDelete, "/remote.php/dav/calendars/ida/work/", "")
	ida.want(http.StatusNotFound, "PROPFIND", "/remote.php/dav/calendars/ida/work/", "", "Depth", "0")

	for _, at := range []string{people, people + "zoe.vcf", dates, dates + "choir.ics"} {
		for _, method := range []string{"PROPFIND", http.MethodGet, http.MethodPut, http.MethodDelete, "REPORT", "MKCOL"} {
			if resp, got := rosa.do(method, at, "", "Content-Type", "text/vcard"); resp.StatusCode != http.StatusNotFound {
				t.Errorf("another's %s %s: %s %s", method, at, resp.Status, got)
			}
		}
	}
	ida.secret = "wrong"
	ida.want(http.StatusUnauthorized, http.MethodGet, people+"zoe.vcf", "")
}
