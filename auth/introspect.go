package auth

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/maypok86/otter/v2"
)

const (
	activeFor        = time.Minute     // how long an answer for an active token is believed
	inactiveFor      = 5 * time.Second // and one for any other
	maxAnswerLength  = 64 << 10        // in bytes
	maxSubjectLength = 255             // in characters, what Meet stores of a `sub`
)

// IntrospectionOptions say whom to ask about a token, as who, and which answers count.
type IntrospectionOptions struct {
	// Issuer is what `iss` must be in an answer that has one.
	Issuer string
	// Endpoint is the absolute URL of the introspection endpoint (RFC 7662, section 2).
	Endpoint string
	// JWKSEndpoint is the absolute URL of the authorization server's keys (RFC 7517); only signed answers need it.
	JWKSEndpoint string
	// ClientID and ClientSecret are ours at the authorization server.
	ClientID     string
	ClientSecret string
	// AudienceClaim names the claim that says whom the token was made for; empty: client_id.
	AudienceClaim string
	// Audiences are the values of that claim that count; none: any.
	Audiences []string
	// Scopes are those of which an answer must hold at least one.
	Scopes []string
	// Signed asks for answers that are signed by the authorization server and encrypted for us (RFC 9701).
	Signed bool
	// SigningAlgorithm is the one of Algorithms that signed answers have; HS* is not among them.
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
	// Now is the clock.
	Now func() time.Time
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

// IntrospectionUnavailableError says that the authorization server gave no answer that could be used, or was not asked
// because it gave none for a while.
type IntrospectionUnavailableError struct {
	Err error
	// Pause is how long the server will not be asked; 0: that is not known.
	Pause time.Duration
}

func (e *IntrospectionUnavailableError) Error() string {
	return "introspecting a token: " + e.Err.Error()
}

func (e *IntrospectionUnavailableError) Unwrap() error { return e.Err }

// Unavailable tells those that know no more of this error that trying again later may help.
func (e *IntrospectionUnavailableError) Unavailable() bool { return true }

// RetryAfter tells them when.
func (e *IntrospectionUnavailableError) RetryAfter() time.Duration { return e.Pause }

// Introspector asks the authorization server about tokens (contract, "Bearer authentication of /rooms"; RFC 7662). It
// remembers answers for a while, asks but once for many equal requests at a time, and leaves a server alone that is down.
type Introspector struct {
	options  IntrospectionOptions
	http     *http.Client
	envelope *envelope // nil unless answers are signed
	verdicts *otter.Cache[string, verdict]
	calls    flights[verdict]
	breaker  *breaker
}

// NewIntrospector checks the algorithms and the key, without calling the authorization server yet. Its errors name the
// setting to change and never hold the key.
func NewIntrospector(o IntrospectionOptions) (*Introspector, error) {
	o.AudienceClaim = cmp.Or(o.AudienceClaim, "client_id")
	verdicts, err := newVerdicts()
	if err != nil {
		return nil, err
	}
	i := &Introspector{options: o, http: newIntrospectionClient(o), verdicts: verdicts, breaker: newBreaker(pauseAfterThem)}
	if !o.Signed {
		return i, nil
	}
	if i.envelope, err = newEnvelope(o, i.http); err != nil {
		return nil, err
	}
	return i, nil
}

func newIntrospectionClient(o IntrospectionOptions) *http.Client {
	proxy := http.ProxyFromEnvironment
	if o.Proxy != nil {
		proxy = http.ProxyURL(o.Proxy)
	}
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                  proxy,
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    32,
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: maxAnswerLength,
			TLSClientConfig: &tls.Config{
				MinVersion:         tls.VersionTLS12,
				InsecureSkipVerify: o.InsecureTLS, //nolint:gosec // the operator asks for it
			},
		},
		// A redirect would carry our secret and the token elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Introspect asks the authorization server about a token. Errors: ErrInvalidToken for a token that it calls inactive or
// whose answer fails our checks, an *IntrospectionUnavailableError where there is no answer, or none before ctx ends.
func (i *Introspector) Introspect(ctx context.Context, token string) (Introspected, error) {
	hash := sha256.Sum256([]byte(token))
	key := string(hash[:])
	if known, ok := i.remembered(key); ok {
		return known.introspected, known.err
	}
	found, err := i.calls.do(ctx, key, i.options.Timeout, func(ctx context.Context) (verdict, error) {
		return i.ask(ctx, key, token)
	})
	if err != nil && ctx.Err() != nil {
		err = &IntrospectionUnavailableError{Err: ctx.Err()}
	}
	return found.introspected, cmp.Or(err, found.err)
}

func (i *Introspector) remembered(key string) (verdict, bool) {
	known, ok := i.verdicts.GetIfPresent(key)
	return known, ok && i.options.Now().Before(known.until)
}

func (i *Introspector) ask(ctx context.Context, key, token string) (verdict, error) {
	// The call before this one may have ended just after its answer was looked for.
	if known, ok := i.remembered(key); ok {
		return known, nil
	}
	claims, err := i.breaker.Execute(func() (map[string]any, error) { return i.request(ctx, token) })
	if err != nil {
		return verdict{}, &IntrospectionUnavailableError{Err: err, Pause: i.breaker.remaining()}
	}
	found := i.judge(claims)
	i.verdicts.Set(key, found)
	return found, nil
}

// request returns the members of RFC 7662, section 2.2. None of its errors may be a Refusal: the caller did no wrong.
func (i *Introspector) request(ctx context.Context, token string) (map[string]any, error) {
	form := url.Values{"client_id": {i.options.ClientID}, "client_secret": {i.options.ClientSecret}, "token": {token}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, i.options.Endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	// It changes nothing at the server: with this key, which is not sent, a connection that the server closed while it
	// was idle is replaced as for GET.
	request.Header["Idempotency-Key"] = nil
	if i.envelope == nil {
		request.Header.Set("Accept", "application/json")
	} else {
		request.Header.Set("Accept", "application/"+signedAnswerType)
	}
	body, mediaType, err := fetch(i.http, request)
	if status := statusError(0); errors.As(err, &status) && (status == http.StatusUnauthorized || status == http.StatusForbidden) {
		i.options.Log.Error("the authorization server refuses us: check OIDC_RS_CLIENT_ID and OIDC_RS_CLIENT_SECRET",
			"status", int(status))
	}
	switch {
	case err != nil:
		return nil, err
	case i.envelope == nil:
		return parseObject(body)
	case mediaType != "application/"+signedAnswerType:
		return nil, errors.New("the answer is not of the type application/" + signedAnswerType)
	}
	return i.openSigned(ctx, string(body))
}

// openSigned checks what is around the members of an answer (RFC 9701, section 5).
func (i *Introspector) openSigned(ctx context.Context, body string) (map[string]any, error) {
	claims, err := i.envelope.open(ctx, body)
	if err != nil {
		return nil, err
	}
	if claims["iss"] != i.options.Issuer {
		return nil, errors.New("the answer has another issuer than OIDC_OP_URL")
	}
	audiences, isList := claims["aud"].([]any)
	if claims["aud"] != i.options.ClientID && (!isList || !slices.Contains(audiences, any(i.options.ClientID))) {
		return nil, errors.New("the answer is for somebody else than OIDC_RS_CLIENT_ID")
	}
	if _, _, ok := numericDate(claims, "iat"); !ok {
		return nil, errors.New("the answer does not say when it was made")
	}
	members, ok := claims["token_introspection"].(map[string]any)
	if !ok {
		return nil, errors.New("the answer has no object token_introspection")
	}
	return members, nil
}

func (i *Introspector) judge(claims map[string]any) verdict {
	now := i.options.Now()
	until := now.Add(activeFor)
	seconds, limited, readable := numericDate(claims, "exp")
	if expires := time.UnixMilli(int64(seconds * 1000)); limited && expires.Before(until) {
		until = expires
	}
	introspected, ok := i.check(claims)
	if !ok || limited && !readable || !now.Before(until) {
		return verdict{err: ErrInvalidToken, until: now.Add(inactiveFor)}
	}
	return verdict{introspected: introspected, until: until}
}

func (i *Introspector) check(claims map[string]any) (found Introspected, ok bool) {
	found = Introspected{
		Subject:  stringClaim(claims, "sub"),
		Scopes:   cloned(scopeClaim(claims["scope"])),
		ClientID: i.audience(claims[i.options.AudienceClaim]),
	}
	issuer, issued := claims["iss"]
	return found, claims["active"] == true &&
		(!issued || issuer == i.options.Issuer) &&
		slices.ContainsFunc(i.options.Scopes, func(scope string) bool { return hasScope(found.Scopes, scope) }) &&
		found.ClientID != "" &&
		found.Subject != "" && utf8.RuneCountInString(found.Subject) <= maxSubjectLength
}

func (i *Introspector) audience(claim any) string {
	members, isList := claim.([]any)
	if !isList {
		members = []any{claim}
	}
	for _, member := range members {
		name, _ := member.(string)
		if name != "" && (len(i.options.Audiences) == 0 || slices.Contains(i.options.Audiences, name)) {
			return name
		}
	}
	return ""
}

// statusError is the status of an answer that is not 200.
type statusError int

func (s statusError) Error() string { return fmt.Sprintf("the answer has the status %d", int(s)) }

// fetch returns the body of an answer with status 200, of 64 KiB at most, and its media type without parameters.
func fetch(client *http.Client, request *http.Request) (body []byte, mediaType string, err error) {
	response, err := client.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, "", statusError(response.StatusCode)
	}
	body, err = io.ReadAll(io.LimitReader(response.Body, maxAnswerLength+1))
	if err != nil {
		return nil, "", fmt.Errorf("reading the answer: %w", err)
	}
	if len(body) > maxAnswerLength {
		return nil, "", fmt.Errorf("the answer has more than %d bytes", maxAnswerLength)
	}
	mediaType, _, err = mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil {
		mediaType = "" // it counts only where one type is required
	}
	return body, mediaType, nil
}

func parseObject(data []byte) (map[string]any, error) {
	value, err := DecodeJSON(data)
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("not a JSON object")
	}
	return object, nil
}
