//go:build !linux && !darwin

package backup

import "math"

// Space does not know here how much is free.
func Space(string) (free, total int64, err error) { return math.MaxInt64, math.MaxInt64, nil }
