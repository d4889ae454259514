// Package introspection is the resource server: its Authenticator authenticates by the access tokens of an OpenID provider, which
// an Introspector asks about each of them (RFC 7662; for signed and encrypted answers RFC 9701). It holds the only HTTP of
// package auth and below.
package introspection

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/maypok86/otter/v2"
	"github.com/sony/gobreaker/v2"

	"meet-external-api/auth"
	"meet-external-api/auth/jose"
	"meet-external-api/refusal"
)

// maxSubjectLength is what Meet stores of a `sub`, in characters.
const maxSubjectLength = 255

// Options say which authorization server to ask about a token, as which client, and which answers count.
type Options struct {
	// Issuer is what `iss` must be in an answer that has one.
	Issuer string
	// Endpoint is the absolute URL of the introspection endpoint (RFC 7662, section 2).
	Endpoint string
	// JWKSEndpoint is the absolute URL of the authorization server's keys (RFC 7517); only signed answers need it.
	JWKSEndpoint string
	// ClientID and ClientSecret are ours at the authorization server.
	ClientID     string
	ClientSecret string
	// AudienceClaim names the claim that says which client the token was made for; empty: client_id.
	AudienceClaim string
	// Audiences are the values of that claim that count; none: any.
	Audiences []string
	// Scopes are those of which an answer must hold at least one.
	Scopes []string
	// Signed asks for answers that are signed by the authorization server and encrypted for us (RFC 9701).
	Signed bool
	// SigningAlgorithm is the one of jose.AsymmetricAlgorithms that signed answers have.
	SigningAlgorithm string
	// EncryptionAlgorithm and EncryptionEncoding are their `alg` and `enc` (RFC 7518, sections 4.1 and 5.1).
	EncryptionAlgorithm string
	EncryptionEncoding  string
	// PrivateKey decrypts them: PEM in PKCS #8, PKCS #1 or SEC 1.
	PrivateKey []byte
	// Timeout is for one answer as a whole, more than 0.
	Timeout time.Duration
	// Proxy is the HTTP proxy to go through; nil: what HTTP_PROXY, HTTPS_PROXY and NO_PROXY say.
	Proxy *url.URL
	// InsecureTLS takes any certificate.
	InsecureTLS bool
	// Check refuses to ask for a network of callers, as auth.Origin.Network returns it, for which the authorization server has been
	// asked in vain too often; CountFailure counts that it has been.
	Check        func(ctx context.Context, network string) error
	CountFailure func(ctx context.Context, network string)
	// Around is put around what makes the requests; nil: nothing is.
	Around func(http.RoundTripper) http.RoundTripper
	// Now is the clock.
	Now func() time.Time
	// Log gets what only the operator can change: that our own credentials are wrong.
	Log *slog.Logger
}

// Introspected is what the authorization server says of an active token. It is shared: not to be changed.
type Introspected struct {
	// Subject is the user's `sub`: 1 to 255 characters.
	Subject string
	// Scopes are all that the token holds, as they were answered.
	Scopes []string
	// ClientID is the value of the audience claim, of several the first that counts.
	ClientID string
}

// Introspector asks the authorization server about tokens (docs/contract.md, "Bearer authentication of /rooms"; RFC 7662).
// Results are cached, equal requests of a network at one time make one call (singleflight), calls are bounded, in all and by network,
// and a circuit breaker keeps them from a server that is down. It is safe for concurrent use.
type Introspector struct {
	options   Options
	http      *http.Client
	signed    *signedAnswers               // nil unless answers are signed
	cache     *otter.Cache[string, result] // by the SHA-256 of tokens
	calls     auth.Singleflight[result]
	places    *places
	probes    auth.Singleflight[answer]
	breaker   *gobreaker.TwoStepCircuitBreaker[answer]
	openUntil atomic.Int64 // in nanoseconds of the Unix clock
	counters  counters
}

// New checks the algorithms and the key, without calling the authorization server yet. Its errors name the setting to change and
// never hold the key.
func New(o Options) (*Introspector, error) {
	o.AudienceClaim = cmp.Or(o.AudienceClaim, "client_id")
	cache, err := otter.New(&otter.Options[string, result]{MaximumWeight: cacheSize, Weigher: sizeOf})
	if err != nil {
		return nil, fmt.Errorf("making the cache of introspected tokens: %w", err)
	}
	i := &Introspector{options: o, http: newHTTPClient(o), cache: cache, places: newPlaces()}
	i.breaker = i.newBreaker(pause)
	if o.Signed {
		i.signed, err = newSignedAnswers(o, i.http)
	}
	if err != nil {
		return nil, err
	}
	return i, nil
}

// Introspect asks the authorization server about a token, for the caller whose auth.Origin is in ctx. Errors: refusal.InvalidToken
// for a token that it calls inactive or whose answer fails our checks; those of Options.Check; a refusal of the kind
// refusal.Unavailable where there is no answer, none before ctx ends, or no place among the calls.
func (i *Introspector) Introspect(ctx context.Context, token string) (Introspected, error) {
	hash := sha256.Sum256([]byte(token))
	key, network := string(hash[:]), auth.FromContext[auth.Origin](ctx).Network()
	if known, ok := i.cached(key); ok {
		i.counters.count(cached)
		return known.introspected, known.err
	}
	found, err := i.calls.Do(ctx, network+" "+key, maxWait+i.options.Timeout, func(ctx context.Context) (result, error) {
		return i.ask(ctx, network, key, token)
	})
	if err != nil && ctx.Err() != nil {
		err = unavailable(ctx.Err(), 0)
	}
	return found.introspected, cmp.Or(err, found.err)
}

func (i *Introspector) cached(key string) (result, bool) {
	known, ok := i.cache.GetIfPresent(key)
	return known, ok && i.options.Now().Before(known.expires)
}

func (i *Introspector) ask(ctx context.Context, network, key, token string) (result, error) {
	leave, err := i.places.enter(ctx, network)
	if err != nil {
		i.counters.count(busy)
		return result{}, refusal.NotAvailable("introspection_queue_full", err)
	}
	defer leave()
	// The call before this one may have ended just after the cache was looked at.
	if known, ok := i.cached(key); ok {
		i.counters.count(cached)
		return known, nil
	}
	if err := i.options.Check(ctx, network); err != nil {
		i.counters.count(limited)
		return result{}, err
	}
	answered, err := i.guarded(ctx, token)
	found := i.evaluate(answered)
	o := outcomeOf(found, err)
	i.counters.count(o)
	if o == failed || o == inactive {
		i.options.CountFailure(ctx, network)
	}
	if err != nil {
		return result{}, unavailable(err, i.untilClosed())
	}
	i.cache.Set(key, found)
	return found, nil
}

// answer is what the authorization server says of a token (RFC 7662, section 2.2).
type answer struct {
	jose.RegisteredClaims
	Active any        `json:"active"`
	Scope  jose.Words `json:"scope"`
	// all are the members by name, as far as they are strings or lists of them.
	all map[string]jose.Strings
}

func parseAnswer(text []byte) (answer, error) {
	var a answer
	if err := cmp.Or(jose.DecodeObject(text, &a), jose.DecodeObject(text, &a.all)); err != nil {
		return answer{}, fmt.Errorf("decoding the answer: %w", err)
	}
	return a, nil
}

// request gets an answer. None of its errors may be a refusal: the caller did no wrong.
func (i *Introspector) request(ctx context.Context, token string) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, i.options.Timeout)
	defer cancel()
	form := url.Values{"client_id": {i.options.ClientID}, "client_secret": {i.options.ClientSecret}, "token": {token}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, i.options.Endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, fmt.Errorf("making the request: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	// It changes nothing at the server: with this key, which is not sent, a connection that the server closed while it
	// was idle is replaced as for GET.
	request.Header["Idempotency-Key"] = nil
	accept := "application/json"
	if i.signed != nil {
		accept = "application/" + signedAnswerType
	}
	body, mediaType, err := fetch(i.http, request, accept)
	var status statusError
	if errors.As(err, &status) && (status == http.StatusUnauthorized || status == http.StatusForbidden) {
		i.options.Log.Error("the authorization server refuses us: check OIDC_RS_CLIENT_ID and OIDC_RS_CLIENT_SECRET",
			"status", int(status))
	}
	switch {
	case err != nil:
		return answer{}, err
	case i.signed == nil:
		return parseAnswer(body)
	case mediaType != accept:
		return answer{}, errors.New("the answer is not of the type " + accept)
	}
	members, err := i.signed.open(ctx, string(body))
	if err != nil {
		return answer{}, err
	}
	return parseAnswer(members)
}

// evaluate says what an answer comes to.
func (i *Introspector) evaluate(a answer) result {
	now := i.options.Now()
	expires := now.Add(activeTTL)
	if limit := a.ExpiresAt; limit.Present && limit.Time().Before(expires) {
		expires = limit.Time()
	}
	introspected := Introspected{Subject: string(a.Subject), ClientID: i.client(a)}
	for _, scope := range a.Scope {
		introspected.Scopes = append(introspected.Scopes, strings.Clone(scope)) // and not the whole text that it is a part of
	}
	if !i.counts(a, introspected) || !now.Before(expires) {
		return result{err: refusal.InvalidToken, expires: now.Add(inactiveTTL)}
	}
	return result{introspected: introspected, expires: expires}
}

// counts reports whether an answer passes the checks of docs/contract.md, "Bearer authentication of /rooms", but for its `exp`.
func (i *Introspector) counts(a answer, found Introspected) bool {
	_, issued := a.all["iss"]
	return a.Active == true &&
		(!issued || string(a.Issuer) == i.options.Issuer) &&
		slices.ContainsFunc(i.options.Scopes, func(scope string) bool { return slices.Contains(found.Scopes, scope) }) &&
		found.ClientID != "" &&
		found.Subject != "" && utf8.RuneCountInString(found.Subject) <= maxSubjectLength
}

// client returns the first value of the audience claim that counts, or nothing.
func (i *Introspector) client(a answer) string {
	for _, name := range a.all[i.options.AudienceClaim] {
		if name != "" && (len(i.options.Audiences) == 0 || slices.Contains(i.options.Audiences, name)) {
			return name
		}
	}
	return ""
}

// unavailable says that the authorization server gave no answer that could be used, or is not asked for so long; 0: that is not
// known.
func unavailable(cause error, retryAfter time.Duration) error {
	refused := refusal.NotAvailable("introspection_unavailable", fmt.Errorf("introspecting a token: %w", cause))
	refused.RetryAfter = retryAfter
	return refused
}
