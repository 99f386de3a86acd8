package server

import (
	"strings"

	"allod/internal/markup"
)

// A mark is a word in what a program calls itself, and what that means. The
// first that is found counts, as browsers also name those they are like.
type mark struct{ word, name string }

var keepers = []mark{
	{"mirall/", "Nextcloud"}, {"Nextcloud-android", "Nextcloud"}, {"Nextcloud-iOS", "Nextcloud"}, {"rclone/", "rclone"},
	{"davfs2/", "davfs2"}, {"gvfs/", "GNOME"}, {"WebDAVFS/", "Finder"}, {"Microsoft-WebDAV", "Explorer"}, {"cadaver/", "cadaver"},
	{"DAVx5", "DAVx⁵"}, {"vdirsyncer/", "vdirsyncer"},
}

var browsers = []mark{
	{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"Vivaldi", "Vivaldi"},
	{"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"},
}

var systems = []mark{
	{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"iOS", "iOS"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"}, {"Macintosh", "Mac"},
	{"CrOS", "ChromeOS"}, {"Linux", "Linux"}, {"FreeBSD", "FreeBSD"},
}

// Browser is a browser and its system in two words, such as "Firefox, Linux",
// or "" for one that tells neither.
func Browser(agent string) string { return marked(agent, browsers, systems) }

func marked(agent string, of ...[]mark) string {
	var found []string
	for _, marks := range of {
		for _, m := range marks {
			if strings.Contains(agent, m.word) {
				found = append(found, m.name)
				break
			}
		}
	}
	return strings.Join(found, ", ")
}

// Device is a program that keeps files and its system in two words, such as
// "Nextcloud, Android". One that is not known is shown by its own words, at
// most 60 characters and none that could pass for those of the page; phones
// name themselves so. It may be "".
func Device(agent string) string {
	if marked(agent, keepers) != "" {
		return marked(agent, keepers, systems)
	}
	if marked(agent, browsers) != "" {
		return Browser(agent)
	}
	return markup.Line(strings.TrimPrefix(agent, "Mozilla/5.0 "), 60)
}
