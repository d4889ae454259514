package audit

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Cause is why an event is not in the audit trail.
type Cause int

// The causes.
const (
	// Flood: more was refused than is kept.
	Flood Cause = iota
	// QueueFull: so many events wait already.
	QueueFull
	// Rejected: the database cannot store it.
	Rejected
	// Stopped: the program ended while the database was away.
	Stopped
	// LineLost: it is stored, but its line could not be written.
	LineLost
	causes
)

var causeNames = [causes]string{"flood", "queue_full", "rejected", "stopped", "line_lost"}

func (c Cause) String() string { return causeNames[c] }

// drops count what was dropped since the start, by its cause.
type drops [causes]atomic.Int64

// Counts are what became of the events, since the start.
type Counts struct {
	// Stored are those that were recorded and are stored. Those that are stored with a change are not among them.
	Stored int64
	// Dropped are those that are not, by the name of the cause; and the lines that are lost.
	Dropped map[string]int64
	// Waiting are those that are to be stored, and Oldest is how long the first of them has waited; 0 where there is none.
	Waiting int64
	Oldest  time.Duration
}

// Counts returns what has become of the events so far.
func (r *Recorder) Counts() Counts {
	c := Counts{Stored: r.stored.Load(), Dropped: map[string]int64{}, Waiting: int64(r.waiting.len())}
	first, waits := r.waiting.first()
	if held := r.held.Load(); held != nil && len(*held) > 0 {
		c.Waiting += int64(len(*held))
		first, waits = (*held)[0], true
	}
	if waits {
		c.Oldest = max(time.Since(first.Time), 0)
	}
	for cause := range causes {
		c.Dropped[cause.String()] = r.dropped[cause].Load()
	}
	return c
}

// Refusals are kept up to these bounds for each channel, so that a flood in one way hides nothing in another: so many a second, and so
// many at once after a time without.
const (
	refusalsPerSecond = 50
	refusalsAtOnce    = 1000
)

// floods are the refusals of late, by channel: a bucket for each, which leaks.
type floods struct {
	mutex   sync.Mutex
	buckets map[Channel]bucket
}

type bucket struct {
	level float64
	at    time.Time
}

// admits reports whether one more refusal is kept.
func (f *floods) admits(e Event) bool {
	now := time.Now()
	f.mutex.Lock()
	defer f.mutex.Unlock()
	b := f.buckets[e.Channel]
	b.level = max(b.level-now.Sub(b.at).Seconds()*refusalsPerSecond, 0)
	b.at = now
	admitted := b.level+1 <= refusalsAtOnce
	if admitted {
		b.level++
	}
	if f.buckets == nil {
		f.buckets = map[Channel]bucket{}
	}
	f.buckets[e.Channel] = b
	return admitted
}

// reportInterval is the time between two lines of the log about events that are dropped for the same cause.
const reportInterval = time.Minute

// reports are what the log says of the audit trail, now and then.
type reports struct {
	log    *slog.Logger
	away   bool
	counts [causes]int64
	at     [causes]time.Time
}

// outage says when events cannot be stored any more, and when they can be again.
func (r *reports) outage(err error) {
	switch {
	case err != nil && !r.away:
		r.log.Warn("the audit trail is not stored, trying again", "error", err)
	case err == nil && r.away:
		r.log.Info("the audit trail is stored again")
	}
	r.away = err != nil
}

// drops says how many events have been dropped since it said so before.
func (r *reports) drops(dropped *drops, now time.Time) {
	for cause := range causes {
		count := dropped[cause].Load()
		if count == r.counts[cause] || now.Sub(r.at[cause]) < reportInterval {
			continue
		}
		r.log.Warn("events are missing in the audit trail", "cause", cause.String(), "events", count-r.counts[cause])
		r.counts[cause], r.at[cause] = count, now
	}
}
