package web

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"testing"
)

func TestMarksNeverChange(t *testing.T) {
	const want = `<polygon class="f1" points="40,17.6 22.7,16.2 29.8,0 40,0"/>` +
		`<polygon class="f0" points="0,14.2 13.8,15.3 14.6,40 0,40"/>` +
		`<polygon class="f1" points="13.8,15.3 22.7,16 25.2,40 14.6,40"/>` +
		`<polygon class="f4" points="13.7,15.4 0,14.2 0,0 18.6,0"/>` +
		`<polygon class="f2" points="22.7,16 40,17.6 40,40 25.2,40"/>` +
		`<polygon class="f3" points="22.7,16.2 13.7,15.4 18.6,0 29.8,0"/>`
	if got := mark("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestMarksAreSixConvexParcelsOfTheWholeSquare(t *testing.T) {
	for i := range 2000 {
		seed := sha256.Sum256([]byte(strconv.Itoa(i)))
		sum := 0
		for _, p := range survey(seed[:]) {
			if !convex(p) {
				t.Fatalf("key %d: %v is not convex", i, p)
			}
			sum += p.area()
		}
		if whole := 2 * markSide * markSide; sum < whole*99/100 || sum > whole*101/100 {
			t.Fatalf("key %d: the parcels cover %d of %d", i, sum, whole)
		}
	}
}

// convex reports whether every corner turns the same way, give or take a tenth
// of a unit lost in rounding.
func convex(p parcel) bool {
	for i := range p {
		a, b, c := p[i], p[(i+1)%4], p[(i+2)%4]
		if (b.x-a.x)*(c.y-b.y)-(b.y-a.y)*(c.x-b.x) < 0 {
			return false
		}
	}
	return true
}

func TestMarksUseEveryTone(t *testing.T) {
	for i := range 200 {
		drawing := mark(strconv.Itoa(i))
		for class, n := range map[string]int{"f0": 1, "f1": 2, "f2": 1, "f3": 1, "f4": 1} {
			if got := strings.Count(drawing, `"`+class+`"`); got != n {
				t.Fatalf("key %d has %d parcels of %s", i, got, class)
			}
		}
	}
}

func TestMarksTellPeopleApart(t *testing.T) {
	seen := map[string]int{}
	for i := range 5000 {
		drawing := mark(strconv.Itoa(i))
		if other, ok := seen[drawing]; ok {
			t.Fatalf("keys %d and %d look alike", i, other)
		}
		seen[drawing] = i
	}
}

func TestHuesAreSpread(t *testing.T) {
	var seen [Hues]int
	for i := range 1200 {
		seen[HueOf(strconv.Itoa(i))]++
	}
	for hue, n := range seen {
		if n < 50 {
			t.Errorf("the hue %d came %d times of 1200", hue, n)
		}
	}
}

func TestMarksAreKeptWithinBounds(t *testing.T) {
	var m marks
	first := m.plot(ida, "")
	if !strings.Contains(first, mark(ida.Key)) || !strings.Contains(first, hueClass(ida.Hue)) {
		t.Errorf("the mark is %s", first)
	}
	if big := m.plot(ida, " big"); big == first {
		t.Error("a big mark is drawn like a small one")
	}
	for i := range 2 * marksMax {
		m.plot(Person{Key: strconv.Itoa(i)}, "")
	}
	if len(m.drawn) > marksMax {
		t.Errorf("%d marks are kept", len(m.drawn))
	}
	if again := m.plot(ida, ""); again != first {
		t.Errorf("drawn again it is %s", again)
	}
}

func BenchmarkMark(b *testing.B) {
	for b.Loop() {
		mark("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
	}
}
