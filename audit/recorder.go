package audit

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"
)

// RecorderOptions are what a Recorder needs.
type RecorderOptions struct {
	// Store stores events; those with an id that is stored already are left out. After ErrRejected the same events would be refused
	// again, after any other error they may be stored later.
	Store func(ctx context.Context, events []Event) error
	// Lines takes a line of JSON for each event; nil: there are none.
	Lines io.Writer
	Log   *slog.Logger
}

// ErrRejected is what Store returns where one of the events cannot be stored at all.
var ErrRejected = errors.New("an event of the audit trail cannot be stored")

const (
	// maxWaiting is how many events may wait to be stored, and how many for their line.
	maxWaiting = 8192
	// maxBatch is how many are stored at a time, and storeInterval how long one waits at most for others.
	maxBatch      = 500
	storeInterval = time.Second
	// storeTimeout bounds the wait for the database, and also what is left to be stored at the end.
	storeTimeout = 5 * time.Second
)

// Recorder stores events of what changes nothing, some at a time, and writes a line for each event. Nobody waits for it: what it cannot
// keep up with it drops, and counts. It can be used by several goroutines at once.
type Recorder struct {
	options RecorderOptions
	// waiting are to be stored, unwritten are to become lines.
	waiting, unwritten *queue
	floods             floods
	stored             atomic.Int64
	held               atomic.Pointer[[]Event]
	dropped            drops
}

// NewRecorder returns a recorder. What is recorded is stored once Run runs.
func NewRecorder(o RecorderOptions) *Recorder {
	return &Recorder{options: o, waiting: newQueue(), unwritten: newQueue()}
}

// Record keeps an event to be stored. It never waits. Of a flood of refusals, those that are beyond the bound are dropped: they must not
// fill the disk.
func (r *Recorder) Record(e Event) {
	switch {
	case e.Outcome == Failure && !r.floods.admits(e):
		r.dropped[Flood].Add(1)
	case !r.waiting.add(e):
		r.dropped[QueueFull].Add(1)
	default:
		r.Stored(e)
	}
}

// Stored keeps an event that has been stored with the change that it tells of, for its line. It never waits.
func (r *Recorder) Stored(e Event) {
	if r.options.Lines != nil && !r.unwritten.add(e) {
		r.dropped[LineLost].Add(1)
	}
}

// Run stores what is recorded and writes the lines, until ctx ends; and then what is left, for some seconds at most.
func (r *Recorder) Run(ctx context.Context) {
	written := make(chan struct{})
	go func() {
		defer close(written)
		r.writeLines(ctx)
	}()
	r.storeBatches(ctx)
	select {
	case <-written:
	case <-time.After(storeTimeout): // nobody reads the lines
	}
}

// storeBatches stores what is recorded. What could not be stored is tried again, and so much else waits meanwhile as there is room for.
func (r *Recorder) storeBatches(ctx context.Context) {
	tick := time.NewTicker(storeInterval)
	defer tick.Stop()
	var batch []Event
	reports := reports{log: r.options.Log}
	for ctx.Err() == nil {
		full := r.waiting.full
		if batch != nil {
			full = nil // the clock says when to try again
		}
		select {
		case <-ctx.Done():
			continue
		case <-full:
		case <-tick.C:
			reports.drops(&r.dropped, time.Now())
		}
		for again := true; again; again = batch == nil && r.waiting.len() >= maxBatch {
			if batch == nil {
				batch = r.waiting.take()
			}
			r.hold(batch)
			var err error
			batch, err = r.store(ctx, batch)
			r.hold(batch)
			reports.outage(err)
		}
	}
	r.storeRest(ctx, batch)
}

// hold lets Counts see what is being stored, or waits to be tried again.
func (r *Recorder) hold(batch []Event) { r.held.Store(&batch) }

// storeRest stores what is left at the end.
func (r *Recorder) storeRest(ctx context.Context, batch []Event) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	for {
		if batch == nil {
			batch = r.waiting.take()
		}
		if len(batch) == 0 {
			return
		}
		var err error
		if batch, err = r.store(ctx, batch); err != nil {
			left := len(batch) + r.waiting.len()
			r.dropped[Stopped].Add(int64(left))
			r.options.Log.Error("the last events of the audit trail are not stored", "events", left, "error", err)
			return
		}
	}
}

// store stores events, also where some of them cannot be, and returns those that are to be tried again.
func (r *Recorder) store(ctx context.Context, batch []Event) (left []Event, err error) {
	if len(batch) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	err = r.options.Store(ctx, batch)
	switch {
	case err == nil:
		r.stored.Add(int64(len(batch)))
		return nil, nil
	case !errors.Is(err, ErrRejected):
		return batch, err
	case len(batch) == 1:
		r.dropped[Rejected].Add(1)
		r.options.Log.Error("an event of the audit trail cannot be stored", "event", batch[0].ID, "action", batch[0].Action, "error", err)
		return nil, nil
	}
	half := len(batch) / 2
	first, firstErr := r.store(ctx, batch[:half])
	second, secondErr := r.store(ctx, batch[half:])
	return slices.Concat(first, second), errors.Join(firstErr, secondErr)
}

// writeLines writes the lines, as many at a time as there are.
func (r *Recorder) writeLines(ctx context.Context) {
	tick := time.NewTicker(storeInterval)
	defer tick.Stop()
	var text []byte
	failing := false
	for ended := false; !ended; {
		select {
		case <-r.unwritten.full:
		case <-tick.C:
		case <-ctx.Done():
			ended = true
		}
		for events := r.unwritten.take(); len(events) > 0; events = r.unwritten.take() {
			text = text[:0]
			for _, e := range events {
				text = AppendLine(text, e)
			}
			_, err := r.options.Lines.Write(text)
			if err != nil {
				r.dropped[LineLost].Add(int64(len(events)))
			}
			if err != nil && !failing {
				r.options.Log.Error("the audit trail cannot be written as lines", "error", err)
			}
			failing = err != nil
		}
	}
}
