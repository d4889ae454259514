package db

import (
	"context"
	"database/sql"
	"sync/atomic"
	"time"
)

// readReplica is a standby of the primary that answers lists and retrievals. It answers a request only where it has replayed all that had
// been committed on the primary when the request came, so that nobody sees anything else than on the primary: neither a room that is
// gone, nor a caller who may not come in any more, whichever server or Meet has changed that.
type readReplica struct {
	share
	// position is asked of the primary, once for all requests that wait for it.
	position positions
	// fault is why it is not read from, as the last look or the last request found; nil: it is read from.
	fault atomic.Pointer[ReplicaFault]
	// caughtUp is when it was last known to lack nothing, lagging how many bytes it lacked when that was looked at last.
	caughtUp atomic.Pointer[time.Time]
	lagging  atomic.Int64

	answered, behind, failed, unused atomic.Int64
}

const (
	// replicaConnections are those to the read replica.
	replicaConnections = 10
	// replicaTimeout is how long a request tries to read from the replica before it asks the primary.
	replicaTimeout = 2 * time.Second
	// replicaPatience is how long a request waits for the replica to replay what it lacks.
	replicaPatience = 15 * time.Millisecond
	// replicaPause is the time between two questions whether it has, at first; it doubles.
	replicaPause = time.Millisecond
)

// ReadFrom lets lists and retrievals be answered by a standby, whose address is like that of Open, while LookAtReplica finds that it can.
// It is to be called before the DB is used, and does not connect. Errors: a dsn that cannot be read.
func (d *DB) ReadFrom(dsn string) error {
	connector, err := newConnector(dsn)
	if err != nil {
		return err
	}
	connector.readOnly = true
	d.replica = &readReplica{share: newShare(connector, replicaConnections, d.state), position: positions{primary: &d.probe}}
	d.replica.fault.Store(errNotLooked)
	d.replica.caughtUp.Store(new(time.Now()))
	return nil
}

// begin returns what reads from the replica, and the context to read in; nil where the primary is to be asked: there is no replica, it is
// not well, or lacks something. Otherwise end is to be called.
func (r *readReplica) begin(request context.Context) (context.Context, *replicaRead) {
	switch {
	case r == nil:
		return nil, nil
	case r.fault.Load() != nil:
		r.unused.Add(1)
		return nil, nil
	}
	read, fault := r.open(request, replicaPatience)
	if fault != nil {
		r.giveUp(request, fault)
		return nil, nil
	}
	return read.ctx, read
}

// giveUp leaves the replica alone until the next look, so that no other request waits for it in vain. A caller who has gone says nothing of it.
func (r *readReplica) giveUp(request context.Context, fault *ReplicaFault) {
	if request.Err() != nil {
		return
	}
	if fault.Code == ReplicaBehind {
		r.behind.Add(1)
	} else {
		r.failed.Add(1)
	}
	r.fault.CompareAndSwap(nil, fault)
}

// open connects, and waits so long for the replica to have all that the primary has committed by now.
func (r *readReplica) open(request context.Context, patience time.Duration) (*replicaRead, *ReplicaFault) {
	ctx, cancel := context.WithTimeout(request, max(replicaTimeout, 2*patience))
	asked := time.Now()
	read := &replicaRead{replica: r, request: request, ctx: ctx, cancel: cancel}
	wanted, err := r.position.now(ctx)
	if err == nil {
		err = read.connect()
	}
	for pause, waited := replicaPause, time.Duration(0); err == nil; pause, waited = 2*pause, waited+pause {
		err = read.check(wanted)
		if err != errBehind || waited+pause > patience { //nolint:errorlint // It is not wrapped.
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
			err = nil
		}
	}
	if err != nil {
		read.close()
		return nil, faultOf(err)
	}
	r.caughtUp.Store(&asked)
	return read, nil
}

// ReplicaInterval is the time between two looks at the replica.
const ReplicaInterval = time.Second

// LookAtReplica finds out whether the replica can be read from, which requests follow until the next look, and waits so long for what it
// lacks; 0: as long as a request does. Errors: a *ReplicaFault.
func (d *DB) LookAtReplica(ctx context.Context, patience time.Duration) error {
	read, fault := d.replica.open(ctx, max(patience, replicaPatience))
	if fault == nil {
		var err error
		if d.ready.Load() {
			// Nobody's rooms: of tables that may not be read, PostgreSQL says so nonetheless.
			err = read.each(read.ctx, listByName, RoomFilter{}.arguments(Caller{}, 1, 0), func(*sql.Rows) error { return nil })
		}
		read.close()
		if err != nil {
			fault = faultOf(err)
		}
	}
	d.replica.fault.Store(fault)
	if fault == nil {
		return nil
	}
	return fault
}

// ReadReplica is how a read replica is used.
type ReadReplica struct {
	// Fault is the code of a ReplicaFault; empty: it is used.
	Fault string
	// Answered are the requests that it has answered, since the start. Of the others, for which the primary was asked, Behind found that it
	// lacked something, Failed that it failed, and Unused did not ask it after one of these.
	Answered, Behind, Failed, Unused int64
	// LagBytes is how much of the write-ahead log it lacked when that was looked at last, Lag how long ago it was last known to lack nothing.
	LagBytes int64
	Lag      time.Duration
}

// ReadReplica tells how it is used; nil: there is none.
func (d *DB) ReadReplica() *ReadReplica {
	r := d.replica
	if r == nil {
		return nil
	}
	found := &ReadReplica{
		Answered: r.answered.Load(), Behind: r.behind.Load(), Failed: r.failed.Load(), Unused: r.unused.Load(),
		LagBytes: r.lagging.Load(), Lag: time.Since(*r.caughtUp.Load()),
	}
	if fault := r.fault.Load(); fault != nil {
		found.Fault = fault.Code
	}
	return found
}
