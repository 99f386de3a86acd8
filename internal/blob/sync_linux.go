package blob

import "golang.org/x/sys/unix"

// syncAll makes files and folders durable: on Linux by one call for all that
// is on their disk (syncfs(2), which tells of failed writes since 5.8).
func (d *Disk) syncAll(...string) error { return unix.Syncfs(int(d.folder.Fd())) }
