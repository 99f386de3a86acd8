package web

import "time"

func pushSamples(inside func(Place) Page, outside func(int) Page) []sample {
	key := PushView{Key: "BKey"}
	failed := PushView{Key: "BKey", Failed: "The browser's keys are missing or damaged."}
	kinds := []BellKind{{"talk", "Answers and mentions", "Somebody replies to you or names you.", true}, {"applause", "Likes and passing on", "These can be many.", false}}
	others := []Bell{{"Firefox on Linux", false, now.Add(-48 * time.Hour), "/settings/notifications/3/end"}, {"Tusky", true, now, "/settings/notifications/4/end"}}
	return []sample{
		{"ear", EarPage(outside(5), EarView{PushView: key, Person: ida, Action: "/@ida/hear/browser", Hear: "/@ida/hear"})},
		{"ear-wrong", EarPage(outside(5), EarView{PushView: failed, Person: noor, Action: "/@noor/hear/browser", Hear: "/@noor/hear"})},
		{"ear-nearly", EarOn(outside(5), EarPageView{Person: ida, End: "/push/7-x", Page: "/@ida"})},
		{"ear-on", EarOn(outside(5), EarPageView{Person: noor, Confirmed: true, End: "/push/7-x", Page: "/@noor"})},
		{"ear-off", EarOff(outside(5))},
		{"bells-off", Bells(inside(PlaceSettings), BellView{PushView: key, Action: "/settings/notifications", Kinds: kinds, Page: "/@ida/hear"})},
		{"bells-wrong", Bells(inside(PlaceSettings), BellView{PushView: failed, Action: "/settings/notifications", Kinds: kinds, Page: "/@ida/hear"})},
		{"bells-on", Bells(inside(PlaceSettings), BellView{PushView: key, Action: "/settings/notifications", Kinds: kinds, On: true,
			End: "/settings/notifications/2/end", Others: others, Guests: 3, Page: "/@ida/hear"})},
	}
}
