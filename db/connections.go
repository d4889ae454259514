package db

import "time"

// Connections are how much a part of the connections is used.
type Connections struct {
	// For is what they are for: rooms, other, probe, background or replica.
	For string
	// InUse run a statement, of at most Max.
	InUse, Max int
	// Waited is how long was waited for one, in all since the start.
	Waited time.Duration
}

// Connections tells of each part of them.
func (d *DB) Connections() []Connections {
	type part struct {
		name string
		*share
	}
	parts := []part{{"other", &d.share}, {"rooms", &d.rooms}, {"probe", &d.probe}, {"background", &d.background}}
	if d.replica != nil {
		parts = append(parts, part{"replica", &d.replica.share})
	}
	var all []Connections
	for _, part := range parts {
		stats := part.pool.Stats()
		all = append(all, Connections{For: part.name, InUse: stats.InUse, Max: part.size, Waited: stats.WaitDuration})
	}
	return all
}
