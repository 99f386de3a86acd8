package site_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones are known also where the system has none

	"allod/internal/db/dbtest"
	"allod/internal/server/site"
)

func TestTimesAreThoseOfTheZoneChosen(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ida, b := h.resident("ida")
	p := h.publish(ida, draft("What time is it?"))
	told := func(v *browser) string {
		return attr(find(v.get(at(p)).page(), class("dt-published"))[0], "datetime")
	}
	action, fields := b.get("/settings").form("/settings/profile")
	if got := told(b); fields["zone"] != "" || !strings.HasSuffix(got, "+05:45") {
		t.Errorf("the zone of the home is %q, a post was said %s", fields["zone"], got)
	}
	fields["zone"] = "Asia/Tokyo"
	b.send(action, fields, nil).leads("/settings")
	if got := told(b); !strings.HasSuffix(got, "+09:00") {
		t.Errorf("in Tokyo a post was said %s", got)
	}
	if got := told(h.visitor()); !strings.HasSuffix(got, "+05:45") {
		t.Errorf("a visitor is told %s", got)
	}
	if _, fields = b.get("/settings").form("/settings/profile"); fields["zone"] != "Asia/Tokyo" {
		t.Errorf("the zone is %q", fields["zone"])
	}
	b.send(action, map[string]string{"name": "Ida", "zone": "Etc/GMT+3"}, nil).leads("/settings") // none of the list
	if _, fields = b.get("/settings").form("/settings/profile"); fields["zone"] != "Etc/GMT+3" {
		t.Errorf("the zone is %q", fields["zone"])
	}
	for _, wrong := range []string{"../etc", "Local", "Mars/Olympus"} {
		b.send(action, map[string]string{"name": "Ida", "zone": wrong}, nil).want(http.StatusUnprocessableEntity)
	}
	b.send(action, map[string]string{"name": "Ida", "zone": ""}, nil).leads("/settings")
	if got := told(b); !strings.HasSuffix(got, "+05:45") {
		t.Errorf("at home a post was said %s", got)
	}
}

func TestZonesOfTheListAreKnown(t *testing.T) {
	names := site.ZoneNames()
	for _, name := range names {
		if _, err := time.LoadLocation(name); err != nil {
			t.Error(err)
		}
	}
	if !slices.IsSorted(names) || len(names) < 300 {
		t.Errorf("%d zones", len(names))
	}
}
