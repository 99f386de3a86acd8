package file

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPiecesOfEveryDeviceAreInOrder has them as devices number them.
func TestPiecesOfEveryDeviceAreInOrder(t *testing.T) {
	for device, names := range map[string][]string{
		"desktop 3.7":  {"0000000000000000", "0000000000000001", "0000000000000002", "0000000000000010"},
		"desktop 3.16": {"00001", "00002", "00009", "00010", "00011", "99999", "100000"},
		"ownCloud":     {"0000000000000000", "0000000000010000", "0000000010000000", "0000000251658240"},
		"Android":      {"000001", "000002", "000010", "000100"},
		"iOS":          {"1", "2", "3", "9", "10", "11", "99", "100"},
		"rclone":       {"000000000000000-000010485759", "000010485760-000020971519", "000020971520-000020971999"},
		"equal":        {"01", "1", "02", "2"},
		"long":         {"7", "99999999999999999999999999", "100000000000000000000000000"},
		"words":        {"a", "a1", "a2b3", "a2b10", "a10", "b"},
	} {
		if opens(names[0]) != (device != "long") || opens(names[2]) != (device == "words") {
			t.Errorf("%s: which one is the first is not seen", device)
		}
		got := slices.Clone(names)
		rand.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		slices.SortFunc(got, Natural)
		if diff := cmp.Diff(names, got); diff != "" {
			t.Errorf("%s: %s", device, diff)
		}
	}
}
