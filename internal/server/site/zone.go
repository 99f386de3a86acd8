package site

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"allod/web"
)

//go:embed zones.txt
var zoneFile string

// zones are the time zones a reader may choose: first that of the home, then
// those of the world by name, and the one chosen now if it is none of them.
func (s *Site) zones(v *reader) []web.Option {
	out := []web.Option{{Label: v.words.T("settings.zone_home", "zone", s.Now().In(s.Zone).Format("MST"))}}
	names := zoneNames()
	if chosen := v.chosen.Zone; chosen != "" && !slices.Contains(names, chosen) {
		out = append(out, zoneOption(chosen))
	}
	for _, name := range names {
		out = append(out, zoneOption(name))
	}
	return out
}

func zoneOption(name string) web.Option {
	return web.Option{Value: name, Label: strings.ReplaceAll(name, "_", " ")}
}

// zoneNames are the zones of zones.txt, in the order of their names.
func zoneNames() (names []string) {
	for line := range strings.Lines(zoneFile) {
		if name := strings.TrimSpace(line); name != "" && name[0] != '#' {
			names = append(names, name)
		}
	}
	return names
}

// isZone reports whether a zone may be chosen: one that is known, or "" for that of the home.
func isZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "Local"
}

// zoneName is a zone by the name that others know it by; of one without, the nearest to none.
func zoneName(zone *time.Location) string {
	if name := zone.String(); name != "Local" {
		return name
	}
	return "UTC"
}
