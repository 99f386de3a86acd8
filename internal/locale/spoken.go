package locale

// A Spoken language is one people write posts in, which need not be one the
// pages are translated to.
type Spoken struct {
	Tag  string // BCP 47
	Name string // in itself
}

// spoken is sorted by name as the names are written.
var spoken = [...]Spoken{
	{"id", "Bahasa Indonesia"}, {"ca", "Català"}, {"cs", "Čeština"}, {"cy", "Cymraeg"}, {"da", "Dansk"},
	{"de", "Deutsch"}, {"et", "Eesti"}, {"en", "English"}, {"es", "Español"},
	{"eo", "Esperanto"}, {"eu", "Euskara"}, {"fr", "Français"}, {"ga", "Gaeilge"},
	{"gl", "Galego"}, {"hr", "Hrvatski"}, {"is", "Íslenska"}, {"it", "Italiano"},
	{"sw", "Kiswahili"}, {"lv", "Latviešu"}, {"lt", "Lietuvių"}, {"hu", "Magyar"},
	{"nl", "Nederlands"}, {"nb", "Norsk bokmål"}, {"pl", "Polski"}, {"pt", "Português"},
	{"ro", "Română"}, {"sk", "Slovenčina"}, {"sl", "Slovenščina"}, {"fi", "Suomi"},
	{"sv", "Svenska"}, {"vi", "Tiếng Việt"}, {"tr", "Türkçe"},
	{"el", "Ελληνικά"}, {"be", "Беларуская"}, {"bg", "Български"}, {"kk", "Қазақша"},
	{"ru", "Русский"}, {"sr", "Српски"}, {"uk", "Українська"}, {"hy", "Հայերեն"},
	{"he", "עברית"}, {"ar", "العربية"}, {"fa", "فارسی"}, {"ur", "اردو"},
	{"hi", "हिन्दी"}, {"bn", "বাংলা"}, {"ta", "தமிழ்"}, {"th", "ไทย"}, {"ka", "ქართული"},
	{"ja", "日本語"}, {"zh", "中文"}, {"ko", "한국어"},
}

// SpokenLanguages are the languages offered for a post, each by its own name.
func SpokenLanguages() []Spoken { return spoken[:] }

// NameOf is what a language calls itself, or its tag where that is not known.
func NameOf(tag string) string {
	for _, l := range spoken {
		if l.Tag == tag {
			return l.Name
		}
	}
	return tag
}
