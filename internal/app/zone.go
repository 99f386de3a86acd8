package app

import (
	"os"
	"strings"
	"time"
)

// zoneOfHome is the time zone of this machine, by the name that others know
// it by where that can be found out.
func zoneOfHome(now time.Time) *time.Location {
	link, err := os.Readlink("/etc/localtime")
	if err != nil {
		return time.Local
	}
	_, name, _ := strings.Cut(link, "zoneinfo/")
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" {
		return time.Local
	}
	for month := range 12 { // the environment may say otherwise
		at := now.AddDate(0, month, 0)
		_, here := at.In(time.Local).Zone()
		if _, there := at.In(zone).Zone(); here != there {
			return time.Local
		}
	}
	return zone
}
