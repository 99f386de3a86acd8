//go:build darwin || netbsd || openbsd

package derive

import (
	"fmt"
	"runtime/debug"
	"syscall"

	"golang.org/x/sys/unix"
)

// attributes start a worker in a session of its own.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// confine sets the resource limits that all Unix systems have. Of memory only
// the runtime's own bound holds: these systems do not count what it maps.
func confine(l Limits, seconds int) error {
	debug.SetMemoryLimit(l.Memory / 4 * 3)
	for resource, value := range map[int]uint64{
		unix.RLIMIT_CPU:   uint64(seconds),
		unix.RLIMIT_FSIZE: 0,
		unix.RLIMIT_CORE:  0,
	} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: value, Max: value}); err != nil {
			return fmt.Errorf("resource limit %d: %w", resource, err)
		}
	}
	return nil
}
