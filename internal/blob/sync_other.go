//go:build !linux

package blob

// syncAll makes files and folders durable.
func (d *Disk) syncAll(names ...string) error {
	for _, name := range names {
		if err := d.sync(name); err != nil {
			return err
		}
	}
	return nil
}
