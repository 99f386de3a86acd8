//go:build !linux

package film

import "syscall"

// exitUnconfined is how a worker ends that could not confine itself.
const exitUnconfined = 119

func attributes() *syscall.SysProcAttr { return nil }

// Worker would confine the process and become another program. Only Linux has the walls for it.
func Worker([]string) int { return exitUnconfined }
