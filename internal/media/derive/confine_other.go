//go:build !(linux || darwin || netbsd || openbsd)

package derive

import (
	"runtime/debug"
	"syscall"
)

func attributes() *syscall.SysProcAttr { return nil }

// confine bounds memory, softly; the parent bounds time. Nothing more is
// known to work here, so only the separate process stands between a picture
// and the home.
func confine(l Limits, _ int) error {
	debug.SetMemoryLimit(l.Memory / 4 * 3)
	return nil
}
