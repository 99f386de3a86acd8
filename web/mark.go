package web

import (
	"crypto/sha256"
	"strconv"
)

// A plot mark is the small field map everybody has without a portrait. It is
// drawn from a person's key and never changes:
//
//  1. SHA-256 of the key gives 32 bytes, used in order.
//  2. The map begins as one square of 400 by 400 tenths of a unit. Five times
//     the largest parcel (the earliest of equals) is cut in two, from its
//     longest side (of equals the first, but the second for the whole square
//     when the first byte is odd) to the side opposite. The cut meets each of
//     the two at 34 % to 66 % of its length, by one byte a side. Parcels have
//     four sides, and a line across opposite sides leaves two of four sides,
//     so all six are convex.
//  3. The six tones, f0 f1 f1 f2 f3 f4, are shuffled (Fisher and Yates, last
//     to first, one byte a step, modulo) and given to the parcels in order.
const (
	markSide    = 400
	markCuts    = 5
	markParcels = markCuts + 1
)

// A corner is a point in tenths of a unit.
type corner struct{ x, y int }

// A parcel is a convex field with its corners in order.
type parcel [4]corner

// mark is the inside of a 40 by 40 SVG drawing of a key's field map.
func mark(key string) string {
	seed := sha256.Sum256([]byte(key))
	parcels := survey(seed[:])
	tones := [markParcels]byte{'0', '1', '1', '2', '3', '4'}
	rest := seed[1+2*markCuts:]
	for i := markParcels - 1; i > 0; i-- {
		j := int(rest[markParcels-1-i]) % (i + 1)
		tones[i], tones[j] = tones[j], tones[i]
	}
	out := make([]byte, 0, 512)
	for i, p := range parcels {
		out = append(out, `<polygon class="f`...)
		out = append(out, tones[i])
		out = append(out, `" points="`...)
		out = p.appendPoints(out)
		out = append(out, `"/>`...)
	}
	return string(out)
}

// survey divides the square into parcels.
func survey(seed []byte) [markParcels]parcel {
	var parcels [markParcels]parcel
	parcels[0] = parcel{{0, 0}, {markSide, 0}, {markSide, markSide}, {0, markSide}}
	for n := 1; n <= markCuts; n++ {
		largest := 0
		for i := 1; i < n; i++ {
			if parcels[i].area() > parcels[largest].area() {
				largest = i
			}
		}
		side := parcels[largest].longest()
		if n == 1 {
			side = int(seed[0] & 1)
		}
		parcels[largest], parcels[n] = parcels[largest].cut(side, seed[2*n-1], seed[2*n])
	}
	return parcels
}

// area is twice the parcel's area in square tenths.
func (p parcel) area() int {
	sum := 0
	for i, a := range p {
		b := p[(i+1)%len(p)]
		sum += a.x*b.y - b.x*a.y
	}
	return sum
}

// longest is the number of the longest side: side i runs from corner i on.
func (p parcel) longest() int {
	best, length := 0, 0
	for i, a := range p {
		b := p[(i+1)%len(p)]
		if l := (b.x-a.x)*(b.x-a.x) + (b.y-a.y)*(b.y-a.y); l > length {
			best, length = i, l
		}
	}
	return best
}

// cut divides the parcel from a side to the opposite one.
func (p parcel) cut(side int, here, there byte) (parcel, parcel) {
	a, b, c, d := p[side], p[(side+1)%4], p[(side+2)%4], p[(side+3)%4]
	m, n := along(a, b, here), along(c, d, there)
	return parcel{a, m, n, d}, parcel{m, b, c, n}
}

// along is the point at 34 % to 66 % of the way from a to b.
func along(a, b corner, by byte) corner {
	share := 340 + 320*int(by)/255
	return corner{a.x + (b.x-a.x)*share/1000, a.y + (b.y-a.y)*share/1000}
}

// appendPoints adds the corners as SVG writes them.
func (p parcel) appendPoints(out []byte) []byte {
	for i, c := range p {
		if i > 0 {
			out = append(out, ' ')
		}
		out = appendTenths(out, c.x)
		out = append(out, ',')
		out = appendTenths(out, c.y)
	}
	return out
}

// appendTenths adds a number given in tenths.
func appendTenths(out []byte, n int) []byte {
	out = strconv.AppendInt(out, int64(n/10), 10)
	if n%10 != 0 {
		out = append(out, '.', byte('0'+n%10))
	}
	return out
}

// HueOf is the hue, 0 to 11, of somebody who has not chosen one, from their key.
func HueOf(key string) int {
	seed := sha256.Sum256([]byte(key))
	return int(seed[31]) % Hues
}

// Hues is how many hues there are to choose from.
const Hues = 12
