package server_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"allod/internal/server"
)

func TestDeviceIsToldByWhatItCallsItself(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Linux) mirall/3.7.3-3.7.3 (Nextcloud, debian-6.1 ClientArchitecture: x86_64)": "Nextcloud, Linux",
		"Mozilla/5.0 (Macintosh) mirall/3.16.7":                                                     "Nextcloud, Mac",
		"Mozilla/5.0 (Android) Nextcloud-android/3.29.0":                                            "Nextcloud, Android",
		"Mozilla/5.0 (iOS) Nextcloud-iOS/6.2.0":                                                     "Nextcloud, iOS",
		"Fairphone FP5 (Nextcloud)":                                                                 "Fairphone FP5 (Nextcloud)",
		"rclone/v1.60.1-DEV":                                                                        "rclone",
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0":                                   "Firefox, Linux",
		"":                             "",
		"\x00\u202e":                   "",
		"Phone\u202e\r\nSet-Cookie: x": "Phone Set-Cookie: x",
		strings.Repeat("я", 300):       strings.Repeat("я", 60),
	} {
		if got := server.Device(agent); got != want {
			t.Errorf("%q is %q, not %q", agent, got, want)
		}
	}
}

func TestBrowsers(t *testing.T) {
	got := map[string]string{}
	want := map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                              "Firefox, Linux",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1": "Safari, iPhone",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0":                   "Edge, Windows",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36":                                "Chrome, Android",
		"curl/8.0": "curl",
		"":         "",
	}
	for agent := range want {
		got[agent] = server.Browser(agent)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
