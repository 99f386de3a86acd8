package site

import "strings"

// A mark is a word in what a browser calls itself, and what that means. The
// first that is found counts, as browsers also name those they are like.
type mark struct{ word, name string }

var browsers = []mark{
	{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"Vivaldi", "Vivaldi"},
	{"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"},
}

var systems = []mark{
	{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"},
	{"CrOS", "ChromeOS"}, {"Linux", "Linux"}, {"FreeBSD", "FreeBSD"},
}

// device is a browser and its system in two words, such as "Firefox, Linux",
// or "" for one that tells neither.
func device(agent string) string {
	var found []string
	for _, marks := range [][]mark{browsers, systems} {
		for _, m := range marks {
			if strings.Contains(agent, m.word) {
				found = append(found, m.name)
				break
			}
		}
	}
	return strings.Join(found, ", ")
}
