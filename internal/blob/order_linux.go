package blob

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// ordered reports whether a folder is on a file system of which is known that
// it keeps what happened to names in one journal, in order, so that a file
// that is synced brings along its names and the folders that were made for
// them. That is so on ext4 and XFS. Elsewhere the folders are synced too.
func ordered(folder *os.File) bool {
	var about unix.Statfs_t
	return unix.Fstatfs(int(folder.Fd()), &about) == nil && (int64(about.Type) == unix.EXT4_SUPER_MAGIC || int64(about.Type) == unix.XFS_SUPER_MAGIC)
}

// boot names the time since the machine was started, "" if that is not known.
func boot() string {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(strings.TrimSpace(string(b)), "-", "")
}
