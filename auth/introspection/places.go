package introspection

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	maxCalls        = 64          // at one time
	maxNetworkCalls = 32          // of them for one network of callers, so that a flood from there leaves the others some
	maxWait         = time.Second // for a place among them
)

var errBusy = errors.New("too many other calls are waiting for their answers")

// places bound the calls at one time, in all and by the network of the caller.
type places struct {
	all   *semaphore.Weighted
	mutex sync.Mutex
	of    map[string]*share // those that are in use
	inUse atomic.Int64
}

// share is that of a network, and how many requests hold a place of it or wait for one.
type share struct {
	*semaphore.Weighted
	users int
}

func newPlaces() *places {
	return &places{all: semaphore.NewWeighted(maxCalls), of: map[string]*share{}}
}

// enter waits for a place; then leave has to be called. Errors: errBusy after maxWait, or at the end of ctx.
func (p *places) enter(ctx context.Context, network string) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	own := p.use(network)
	if own.Acquire(ctx, 1) != nil {
		p.unuse(network)
		return nil, errBusy
	}
	if p.all.Acquire(ctx, 1) != nil {
		own.Release(1)
		p.unuse(network)
		return nil, errBusy
	}
	p.inUse.Add(1)
	return func() {
		p.inUse.Add(-1)
		p.all.Release(1)
		own.Release(1)
		p.unuse(network)
	}, nil
}

func (p *places) use(network string) *share {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	own := p.of[network]
	if own == nil {
		own = &share{Weighted: semaphore.NewWeighted(maxNetworkCalls)}
		p.of[network] = own
	}
	own.users++
	return own
}

func (p *places) unuse(network string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.of[network].users--; p.of[network].users == 0 {
		delete(p.of, network)
	}
}
