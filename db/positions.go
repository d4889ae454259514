package db

import (
	"context"
	"fmt"
	"sync"
)

// positions asks the primary how far its write-ahead log goes, for many requests at once: each is told what was asked for after it came.
type positions struct {
	primary *share

	mutex sync.Mutex
	// next is the question that is asked next; nil: nobody waits for it.
	next   *positionQuestion
	asking bool
}

type positionQuestion struct {
	answered chan struct{}
	position walPosition
	err      error
}

// now returns where the primary is, at the time of the call or after it.
func (p *positions) now(ctx context.Context) (walPosition, error) {
	p.mutex.Lock()
	if p.next == nil {
		p.next = &positionQuestion{answered: make(chan struct{})}
	}
	question := p.next
	if !p.asking {
		p.asking = true
		go p.ask() //nolint:gosec // It belongs to no single request.
	}
	p.mutex.Unlock()
	select {
	case <-question.answered:
		return question.position, question.err
	case <-ctx.Done():
		return walPosition{}, ctx.Err()
	}
}

// ask asks one question after the other until nobody waits for one. It belongs to no single request, and has the time of one.
func (p *positions) ask() {
	for {
		p.mutex.Lock()
		question := p.next
		p.next, p.asking = nil, question != nil
		p.mutex.Unlock()
		if question == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), replicaTimeout)
		question.position, question.err = p.primary.readPosition(ctx)
		cancel()
		close(question.answered)
	}
}

// walPosition is how far the write-ahead log of a primary goes, and of which.
type walPosition struct {
	system, database, timeline int64
	lsn                        string
}

// readPosition asks the primary for it. What is committed has been flushed, unless commits do not wait for that; then all that is there counts.
func (s *share) readPosition(ctx context.Context) (p walPosition, err error) {
	err = s.pool.QueryRowContext(ctx, selectPosition, "off").Scan(&p.system, &p.database, &p.timeline, &p.lsn)
	if err != nil {
		err = fmt.Errorf("asking the primary how far it is: %w", err)
	}
	return p, err
}

// selectPosition has a parameter, so that it is prepared.
const selectPosition = `
	select s.system_identifier, d.oid,
		cast(cast('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) as bit(32)) as int),
		case current_setting('synchronous_commit') when $1 then pg_current_wal_insert_lsn() else pg_current_wal_flush_lsn() end
	from pg_control_system() s, pg_database d where d.datname = current_database()`
