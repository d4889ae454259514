package db

import "time"

// SetTimeouts shortens those of writes.
func (d *DB) SetTimeouts(idle, confirm time.Duration) {
	d.timeouts.idle, d.timeouts.confirm = idle, confirm
}
