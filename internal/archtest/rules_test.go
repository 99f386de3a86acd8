package archtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// The rules, each with the reason for which it was made.
var rules = []struct {
	name    string
	because string
	find    func(*house) []breach
}{
	{"every-package-has-a-place", "a house is readable while one plan shows all of it", everyPackageHasAPlace},
	{"no-vague-names", "a package is a thing people talk about; a drawer without a label fills up", noVagueNames},
	{"imports-flow-downhill", "one order of imports lets a reader start at the bottom and never turn back", importsFlowDownhill},
	{"reserved-imports", "what everybody could reach everybody would depend on", reservedImports},
	{"test-packages-stay-in-tests", "the program must not carry its tests", testPackagesStayInTests},
	{"storeys-keep-to-their-trade", "a noun that speaks HTTP or HTML cannot be asked by another door", storeysKeepToTheirTrade},
	{"translation-is-pure", "the same document must always mean the same, and be testable without a world", translationIsPure},
	{"libraries-have-a-home", "a library known by one package can be replaced, and docs/dependencies.md stays true", librariesHaveAHome},
	{"only-fetch-goes-out", "one way out is where private networks are refused and bytes and time are capped", outbound.find},
	{"loggers-are-arguments", "a home in a test, and two homes in one process, need loggers of their own", ambientLog.find},
	{"settings-are-arguments", "what a part depends on stands in its constructor", ambientSettings.find},
	{"rooms-are-told-the-time", "a rule about time is tested without waiting", roomsAreToldTheTime},
	{"cookies-stay-at-the-site", "an interface that ignores cookies cannot be abused from another site", cookiesStayAtTheSite},
	{"no-init", "nothing happens that main did not ask for", noInit},
	{"no-changing-globals", "state without an owner has no lock and no test", noChangingGlobals},
	{"transactions-stay-short", "SQLite has one writer: whoever waits inside a transaction makes everybody wait", transactionsStayShort},
	{"composers-open-none", "a transaction inside another would wait for itself", composersOpenNone},
	{"sql-stays-in-stores", "who asks how a table is used reads one file", sqlStaysInStores},
	{"owners-write-their-tables", "the invariants of a table are kept where it is written", ownersWriteTheirTables},
	{"readers-look-downhill", "a query is an import by another name", readersLookDownhill},
	{"packages-say-what-they-are", "the first sentence is the map", packagesSayWhatTheyAre},
	{"files-hold-one-thought", "beauty is lost in the longest files", filesHoldOneThought},
	{"functions-are-read", "a function is understood on one screen or two", functionsAreRead},
	{"interfaces-ask-narrowly", "an interface is what one user needs, not what one thing can", interfacesAskNarrowly},
	{"nothing-is-promised", "work put off belongs into an issue", nothingIsPromised},
}

// TestHouse holds every rule against the source.
func TestHouse(t *testing.T) {
	h := readHouse(t)
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			for _, b := range rule.find(h) {
				t.Errorf("%v\n\tbecause %s", b, rule.because)
			}
		})
	}
}

// TestEveryRuleFindsItsBreach holds every rule against a sample that breaks
// it. The head of the sample lists what the rule must say, and no more.
func TestEveryRuleFindsItsBreach(t *testing.T) {
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			archive, err := txtar.ParseFile(filepath.Join("testdata", rule.name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			sources := map[string][]byte{}
			for _, f := range archive.Files {
				sources[f.Name] = f.Data
			}
			if rule.name == "files-hold-one-thought" { // a sample nobody needs to read
				sources["internal/id/long.go"] = []byte("package id\n" + strings.Repeat("\n", longestFile))
			}
			var found []string
			for _, b := range rule.find(build(t, sources)) {
				found = append(found, b.String())
			}
			want := strings.Split(strings.TrimSpace(string(archive.Comment)), "\n")
			if diff := cmp.Diff(want, found); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNoSampleIsLeftOver finds samples of rules that are gone.
func TestNoSampleIsLeftOver(t *testing.T) {
	samples, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	if len(samples) != len(rules) {
		t.Errorf("%d samples for %d rules", len(samples), len(rules))
	}
}
