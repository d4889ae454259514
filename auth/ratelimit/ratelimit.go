// Package ratelimit bounds how often clients authenticate themselves, how often they fail to, and how often an OpenID provider is
// asked in vain. The table in Options.limits is all the limits that there are. They are counted in this process, or in Redis by all
// replicas together; nothing else here knows Redis. What a secret is, and what an attempt costs, is no subject of this package.
// Begin with Limiter.
package ratelimit

import (
	"context"
	"log/slog"
	"time"

	"meet-external-api/refusal"
)

// Options say how often credentials may be tried.
type Options struct {
	// RequestsPerMinute, FailuresPerMinute and BearerFailuresPerMinute are the numbers of the table; 0: no limit.
	RequestsPerMinute, FailuresPerMinute, BearerFailuresPerMinute int
	// RedisURL is that of the Redis in which all replicas count together; empty: each counts on its own.
	RedisURL string
	// RedisMode is what is at the RedisURL, one of the constants; empty: RedisSingle.
	RedisMode string
	Log       *slog.Logger
}

// addressFactor is how many times the failures that an address may have with one client id, it may have with all of them.
const addressFactor = 2

// Budget names a limit of the table. Those of an application are apart, so that one use of it does not cost it another.
type Budget int

// The limits.
const (
	TokenRequests Budget = iota
	TokenQueries         // introspections and revocations
	pairFailures
	addressFailures
	bearerFailures
	operatorTokenFailures
	signInPair
	signInAddress
	budgets
)

// signInsPerMinute is how often a person may mistype a password at once; then they wait.
const signInsPerMinute = 5

// limits is the table: each limit's code, which is that of its refusals, what is counted apart, and how many may come in a minute.
// All of them may come at once; then one more each time that the minute divided by their number has passed. Client ids count
// as they were sent, whether or not there is such an application.
func (o Options) limits(clientID, network string) [budgets]limit {
	return [...]limit{
		// Requests for a token whose client has authenticated itself.
		TokenRequests: {code: "requests_per_application", key: clientID, perMinute: o.RequestsPerMinute},
		// Requests about a token whose client has.
		TokenQueries: {code: "queries_per_application", key: clientID, perMinute: o.RequestsPerMinute},
		// Requests whose client has failed to.
		pairFailures: {code: "failures_per_application_and_address", key: network + " " + clientID, perMinute: o.FailuresPerMinute},
		// The same over all client ids, against those who make them up, or try one secret with each.
		addressFailures: {code: "failures_per_address", key: network, perMinute: addressFactor * o.FailuresPerMinute},
		// Bearer tokens about which the OpenID provider was asked in vain.
		bearerFailures: {code: "bearer_failures_per_address", key: network, perMinute: o.BearerFailuresPerMinute},
		// Tokens of the operators' API that do not count.
		operatorTokenFailures: {code: "operator_token_failures_per_address", key: network, perMinute: o.FailuresPerMinute},
		// Failures of operators to sign in: as for clients, of an account (the client id) at an address, and of an address over all
		// accounts. None counts an account over all addresses: with that, anybody could keep an operator out.
		signInPair:    {code: "sign_ins_per_account_and_address", key: network + " " + clientID, perMinute: signInsPerMinute},
		signInAddress: {code: "sign_ins_per_address", key: network, perMinute: addressFactor * signInsPerMinute},
	}
}

// limit is one of the table, with what a decision does about it.
type limit struct {
	code, key string
	perMinute int
	action    action
	budget    Budget
}

type action string

const (
	ignore action = ""
	check  action = "check"  // refuse when it is used up
	spend  action = "spend"  // refuse when it is used up, else count one
	refund action = "refund" // count one less
)

// actions are what a decision does about limits; about those that are left out nothing.
type actions map[Budget]action

// Limiter counts by the table. Each of its methods is one decision, which counts with all of its limits or with none. The client
// id is the one that was sent; the network is that of the caller's address, as auth.Origin.Network returns it.
type Limiter struct {
	options  Options
	memory   memory
	shared   *shared // nil: there is no Redis
	counters counters
}

// New makes a limiter. A Redis that is away is no error: until it is back, each process counts on its own. Errors: a RedisURL that
// cannot be read.
func New(o Options) (*Limiter, error) {
	l := &Limiter{options: o, memory: newMemory()}
	if o.RedisURL == "" {
		return l, nil
	}
	var err error
	if l.shared, err = newShared(o.RedisMode, o.RedisURL, redisTimeout, o.Log); err != nil {
		return nil, err
	}
	return l, nil
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
func (l *Limiter) Check(ctx context.Context, budget Budget, clientID, network string, guess bool) error {
	err := l.decide(ctx, clientID, network, actions{budget: check, pairFailures: check, addressFailures: check})
	if err != nil && guess {
		l.act(ctx, clientID, network, actions{pairFailures: spend}) // it is refused already
	}
	return err
}

// CountRequest counts a request of a client that has authenticated itself, whatever others at its address do. Errors: as of Check, and
// then it counts nothing.
func (l *Limiter) CountRequest(ctx context.Context, budget Budget, clientID, network string) error {
	return l.decide(ctx, clientID, network, actions{budget: spend, pairFailures: check})
}

// CountFailure counts a failure. Errors: as of Check, and then it counts nothing.
func (l *Limiter) CountFailure(ctx context.Context, clientID, network string) error {
	return l.decide(ctx, clientID, network, actions{pairFailures: spend, addressFailures: spend})
}

// RefundFailure takes back what CountFailure has counted.
func (l *Limiter) RefundFailure(ctx context.Context, clientID, network string) {
	l.act(ctx, clientID, network, actions{pairFailures: refund, addressFailures: refund}) // a refund is never refused
}

// CountSignIn counts a failure of an operator to sign in, with that address as the account. Errors: as of CountFailure.
func (l *Limiter) CountSignIn(ctx context.Context, account, network string) error {
	return l.decide(ctx, account, network, actions{signInPair: spend, signInAddress: spend})
}

// RefundSignIn takes back what CountSignIn has counted.
func (l *Limiter) RefundSignIn(ctx context.Context, account, network string) {
	l.act(ctx, account, network, actions{signInPair: refund, signInAddress: refund}) // a refund is never refused
}

// CheckBearer refuses when the OpenID provider has been asked in vain too often for an address. Errors: as of Check.
func (l *Limiter) CheckBearer(ctx context.Context, network string) error {
	return l.decide(ctx, "", network, actions{bearerFailures: check})
}

// CountBearerFailure counts that it has been asked in vain.
func (l *Limiter) CountBearerFailure(ctx context.Context, network string) {
	l.act(ctx, "", network, actions{bearerFailures: spend}) // what is used up refuses the next one
}

// CheckOperatorToken refuses when an address has sent too many tokens of the operators' API that do not count. Errors: as of Check.
func (l *Limiter) CheckOperatorToken(ctx context.Context, network string) error {
	return l.decide(ctx, "", network, actions{operatorTokenFailures: check})
}

// CountOperatorTokenFailure counts one of them.
func (l *Limiter) CountOperatorTokenFailure(ctx context.Context, network string) {
	l.act(ctx, "", network, actions{operatorTokenFailures: spend}) // what is used up refuses the next one
}

// decide acts, and counts what is refused. Errors: refusal.TooManyRequests with the code of the limit.
func (l *Limiter) decide(ctx context.Context, clientID, network string, actions actions) error {
	refused, wait := l.act(ctx, clientID, network, actions)
	if wait == 0 {
		return nil
	}
	l.counters.refused[refused.budget].Add(1)
	return refusal.TooManyRequests(refused.code, wait)
}

// act does one action about each of the limits: in Redis, and in this process while that is away. Where one of them is used up, it does
// nothing, and returns that one and how long it is until it is not.
func (l *Limiter) act(ctx context.Context, clientID, network string, actions actions) (usedUp limit, wait time.Duration) {
	var limits []limit
	for name, limit := range l.options.limits(clientID, network) {
		if limit.action = actions[Budget(name)]; limit.action != ignore && limit.perMinute > 0 {
			limit.key = limit.code + ":" + limit.key
			limit.budget = Budget(name)
			limits = append(limits, limit)
		}
	}
	if len(limits) == 0 {
		return limit{}, 0
	}
	refused, wait, err := l.shared.count(ctx, limits)
	if err == nil {
		l.counters.shared.Add(1)
	} else {
		l.counters.alone.Add(1)
		refused, wait = l.memory.count(time.Now(), limits)
	}
	if wait == 0 {
		return limit{}, 0
	}
	return limits[refused], wait
}
