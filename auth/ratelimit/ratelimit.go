// Package ratelimit bounds how often clients authenticate themselves, and how often they fail to. The table in Options.limits is
// all the limits that there are. They are counted in this process, or in Redis by all replicas together; nothing else here
// knows Redis. What a secret is, and what an attempt costs, is no subject of this package. Begin with Limiter.
package ratelimit

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"meet-external-api/refusal"
)

// Options say how often credentials may be tried.
type Options struct {
	// RequestsPerMinute and FailuresPerMinute are the numbers of the table; 0: no limit.
	RequestsPerMinute, FailuresPerMinute int
	// RedisURL is that of the Redis in which all replicas count together; empty: each counts on its own.
	RedisURL string
	Log      *slog.Logger
}

// addressFactor is how many times the failures that an address may have with one client id, it may have with all of them.
const addressFactor = 2

// limits is the table: each limit's code, which is that of its refusals, what is counted apart, and how many may come in a minute.
// All of them may come at once; then one more each time that the minute divided by their number has passed. Client ids count
// as they were sent, whether or not there is such an application.
func (o Options) limits(clientID, network string) [3]limit {
	return [...]limit{
		// Requests whose client has authenticated itself.
		{code: "requests_per_application", key: clientID, perMinute: o.RequestsPerMinute},
		// Requests whose client has failed to.
		{code: "failures_per_application_and_address", key: network + " " + clientID, perMinute: o.FailuresPerMinute},
		// The same over all client ids, against those who make them up, or try one secret with each.
		{code: "failures_per_address", key: network, perMinute: addressFactor * o.FailuresPerMinute},
	}
}

// limit is one of the table, with what a decision does about it.
type limit struct {
	code, key string
	perMinute int
	action    action
}

type action string

const (
	ignore action = ""
	check  action = "check"  // refuse when it is used up
	spend  action = "spend"  // refuse when it is used up, else count one
	refund action = "refund" // count one less
)

// Limiter counts by the table. Each of its methods is one decision, which counts with all of its limits or with none. The client
// id is the one that was sent; the network is that of the caller's address, as Network returns it.
type Limiter struct {
	options Options
	memory  memory
	shared  *shared // nil: there is no Redis
}

// New makes a limiter. A Redis that is away is no error: until it is back, each process counts on its own. Errors: a RedisURL that
// cannot be read.
func New(o Options) (l *Limiter, err error) {
	l = &Limiter{options: o, memory: newMemory()}
	if o.RedisURL != "" {
		l.shared, err = newShared(o.RedisURL, redisTimeout, o.Log)
	}
	return l, err
}

// Close ends the connections to Redis.
func (l *Limiter) Close() error {
	if l.shared == nil {
		return nil
	}
	return l.shared.client.Close()
}

// Check refuses when one of the limits is used up, and counts nothing; except that a guess, at a client whose right secret would be let
// in at once, goes on counting as a failure of the client at the address. Errors: refusal.TooManyRequests with the code of the limit.
func (l *Limiter) Check(ctx context.Context, clientID, network string, guess bool) error {
	err := l.decide(ctx, clientID, network, check, check, check)
	if err != nil && guess {
		_ = l.decide(ctx, clientID, network, ignore, spend, ignore) // it is refused already
	}
	return err
}

// CountRequest counts a request of a client that has authenticated itself, whatever others at its address do. Errors: as of Check, and
// then it counts nothing.
func (l *Limiter) CountRequest(ctx context.Context, clientID, network string) error {
	return l.decide(ctx, clientID, network, spend, check, ignore)
}

// CountFailure counts a failure. Errors: as of Check, and then it counts nothing.
func (l *Limiter) CountFailure(ctx context.Context, clientID, network string) error {
	return l.decide(ctx, clientID, network, ignore, spend, spend)
}

// RefundFailure takes back what CountFailure has counted.
func (l *Limiter) RefundFailure(ctx context.Context, clientID, network string) {
	_ = l.decide(ctx, clientID, network, ignore, refund, refund) // a refund is never refused
}

// decide does one action about each of the limits: in Redis, and in this process while that is away.
func (l *Limiter) decide(ctx context.Context, clientID, network string, actions ...action) error {
	var limits []limit
	for i, limit := range l.options.limits(clientID, network) {
		if limit.action = actions[i]; limit.action != ignore && limit.perMinute > 0 {
			limit.key = limit.code + ":" + limit.key
			limits = append(limits, limit)
		}
	}
	if len(limits) == 0 {
		return nil
	}
	refused, wait, err := l.shared.count(ctx, limits)
	if err != nil {
		refused, wait = l.memory.count(time.Now(), limits)
	}
	if wait > 0 {
		return refusal.TooManyRequests(limits[refused].code, wait)
	}
	return nil
}

// networkBits is how much of an IPv6 address counts: a caller mostly has as many as they like that begin alike.
const networkBits = 64

// Network returns what of an IP address counts: all of IPv4, the first 64 bits of IPv6, in CIDR form. Another text is
// returned as it is.
func Network(address string) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	parsed = parsed.Unmap().WithZone("")
	network, _ := parsed.Prefix(min(parsed.BitLen(), networkBits)) // never fails for so few bits
	return network.String()
}
