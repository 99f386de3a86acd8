//go:build linux && (amd64 || arm64 || riscv64)

package derive

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// allowed are the calls of a Go program that computes, waits for its own
// threads and uses descriptors it already has. None of them takes a path, an
// address or another process.
func allowed() []uint32 {
	return []uint32{
		unix.SYS_READ, unix.SYS_WRITE, unix.SYS_CLOSE,
		unix.SYS_MUNMAP, unix.SYS_MADVISE, unix.SYS_MINCORE, unix.SYS_BRK,
		unix.SYS_FUTEX, unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_MEMBARRIER,
		unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY,
		unix.SYS_NANOSLEEP, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_CLOCK_GETTIME, unix.SYS_GETTIMEOFDAY,
		unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_SIGALTSTACK,
		unix.SYS_GETPID, unix.SYS_GETTID, unix.SYS_GETRANDOM,
		unix.SYS_EPOLL_CREATE1, unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_PWAIT, unix.SYS_EVENTFD2,
		unix.SYS_RESTART_SYSCALL, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
	}
}

// Where a filter finds things in struct seccomp_data, on little-endian machines.
const (
	callOffset = 0
	archOffset = 4
	argsOffset = 16
)

// filterCalls installs the filter on all threads (seccomp(2)). Everything not
// allowed fails with EPERM, which the runtime bears where it merely tries.
func filterCalls() error {
	program := filter()
	prog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	thread, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER,
		unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog)))
	runtime.KeepAlive(program)
	if errno != 0 {
		return fmt.Errorf("filter system calls: %w", errno)
	}
	if thread != 0 {
		return fmt.Errorf("filter system calls: thread %d has another filter", thread)
	}
	return nil
}

// filter is the program: the machine, then each call with its conditions.
func filter() []unix.SockFilter {
	const (
		allow = unix.SECCOMP_RET_ALLOW
		deny  = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
		kill  = unix.SECCOMP_RET_KILL_PROCESS
		// A second table of calls on amd64, numbered from here.
		x32 = 0x40000000
	)
	f := []unix.SockFilter{
		load(archOffset), jump(unix.BPF_JEQ, auditArch(), 1, 0), give(kill),
		load(callOffset), jump(unix.BPF_JGE, x32, 0, 1), give(kill),
	}
	for _, call := range allowed() {
		f = append(f, jump(unix.BPF_JEQ, call, 0, 1), give(allow))
	}
	// when allows or denies a call by a test on one of its arguments.
	when := func(call uint32, arg int, test uint16, value, met, unmet uint32) {
		f = append(f, jump(unix.BPF_JEQ, call, 0, 4),
			load(argsOffset+8*uint32(arg)), jump(test, value, 0, 1), give(met), give(unmet))
	}
	when(unix.SYS_MMAP, 2, unix.BPF_JSET, unix.PROT_EXEC, deny, allow)
	when(unix.SYS_MPROTECT, 2, unix.BPF_JSET, unix.PROT_EXEC, deny, allow)
	when(unix.SYS_CLONE, 0, unix.BPF_JSET, unix.CLONE_THREAD, allow, deny)
	when(unix.SYS_TGKILL, 0, unix.BPF_JEQ, uint32(os.Getpid()), allow, deny) // preemption
	// The C library takes this answer for an old kernel and uses clone, whose
	// flags a filter can see.
	f = append(f, jump(unix.BPF_JEQ, unix.SYS_CLONE3, 0, 1), give(unix.SECCOMP_RET_ERRNO|uint32(unix.ENOSYS)))
	return append(f, give(deny))
}

func auditArch() uint32 {
	switch runtime.GOARCH {
	case "arm64":
		return unix.AUDIT_ARCH_AARCH64
	case "riscv64":
		return unix.AUDIT_ARCH_RISCV64
	default:
		return unix.AUDIT_ARCH_X86_64
	}
}

func load(offset uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
}

// jump skips yes or no instructions, by a test of the value loaded against k.
func jump(test uint16, k uint32, yes, no uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | test | unix.BPF_K, K: k, Jt: yes, Jf: no}
}

func give(verdict uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: verdict}
}
