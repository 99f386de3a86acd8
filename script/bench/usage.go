package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"
)

// clockTick is USER_HZ, 100 on every Linux that Go supports.
const clockTick = 100

// cpuOf is the processor time that a process has used (proc_pid_stat(5)).
func cpuOf(pid int) (time.Duration, error) { return ticksOf(pid, 2) } // utime, stime

// cpuWithChildren is cpuOf with that of its children that have ended.
func cpuWithChildren(pid int) (time.Duration, error) { return ticksOf(pid, 4) } // cutime, cstime

func ticksOf(pid, fieldsUsed int) (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The name of the command may hold spaces; fields are counted after its ')'.
	fields := bytes.Fields(raw[bytes.LastIndexByte(raw, ')')+1:])
	var ticks int64
	for _, f := range fields[11 : 11+fieldsUsed] {
		n, err := strconv.ParseInt(string(f), 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / clockTick, nil
}

// rssOf is the resident memory of a process in bytes (proc_pid_statm(5)).
func rssOf(pid int) (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	pages, err := strconv.ParseInt(string(bytes.Fields(raw)[1]), 10, 64)
	return pages * int64(os.Getpagesize()), err
}

// median is the middle of some numbers, or the mean of the two in the middle.
func median[T ~int64 | ~float64](all []T) T {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	mid := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[mid-1] + sorted[mid]) / 2
	}
	return sorted[mid]
}

// milliseconds is a duration as a number.
func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
