package file

import (
	"cmp"
	"strings"
)

// Natural compares names as people count: "2" is before "10". Devices number
// pieces in many ways, of which this is the one order.
func Natural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		if digit(x[0]) && digit(y[0]) {
			var m, n string
			m, x = number(x)
			n, y = number(y)
			if c := cmp.Or(cmp.Compare(len(m), len(n)), strings.Compare(m, n)); c != 0 {
				return c
			}
			continue
		}
		if x[0] != y[0] {
			return cmp.Compare(x[0], y[0])
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(a, b))
}

// number takes a number from the front of s, without zeros before it.
func number(s string) (n, rest string) {
	end := 0
	for end < len(s) && digit(s[end]) {
		end++
	}
	return strings.TrimLeft(s[:end], "0"), s[end:]
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// opens reports whether a piece called so is the first of its upload: devices count from 0 or from 1.
func opens(name string) bool {
	n, _ := number(name)
	return n == "" || n == "1"
}
