//go:build linux || darwin

package backup

import "golang.org/x/sys/unix"

// Space tells how many bytes are free on the disk of a folder, and how many it holds in all.
func Space(dir string) (free, total int64, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, 0, err
	}
	size := int64(s.Bsize)
	return int64(s.Bavail) * size, int64(s.Blocks) * size, nil
}
