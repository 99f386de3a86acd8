package markup

import "testing"

func TestPicturedWords(t *testing.T) {
	find := func(code string) (string, bool) {
		return `/proxy/"` + code, code == "wave" || code == "tea_1"
	}
	img := func(code string) string {
		return `<img class="emoji" src="/proxy/&#34;` + code + `" alt=":` + code + `:" title=":` + code + `:" width="24" height="24" loading="lazy" decoding="async">`
	}
	for source, want := range map[string]string{
		`<p>Hi :wave: and :nobody: :tea_1::wave:</p>`:          `<p>Hi ` + img("wave") + ` and :nobody: ` + img("tea_1") + img("wave") + `</p>`,
		`<p><a href="https://x.example/:wave:">:wave:</a></p>`: `<p><a href="https://x.example/:wave:">` + img("wave") + `</a></p>`,
		`<pre><code>:wave:</code></pre><p>:wave:</p>`:          `<pre><code>:wave:</code></pre><p>` + img("wave") + `</p>`,
		`<p>12:30:45 a:b :) &lt;:wave:&gt;</p>`:                `<p>12:30:45 a:b :) &lt;` + img("wave") + `&gt;</p>`,
		`nothing`:                                              `nothing`,
		`<p>:</p>`:                                             `<p>:</p>`,
	} {
		if got := Pictured(source, find); got != want {
			t.Errorf("%s:\n got %s\nwant %s", source, got, want)
		}
	}
}
