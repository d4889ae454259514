package meet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/suitenumerique/meet-external-api/sdk/go/api"
)

// Client acts for the users of an application. It may be used by many goroutines at once, and is to be kept: it holds their tokens.
type Client struct {
	address  string
	clientID string
	// A function, since whatever prints a struct prints its fields, but not what a function returns.
	clientSecret func() string
	http         *http.Client
	timeout      time.Duration

	mu     sync.Mutex
	tokens map[tokenKey]*token
	swept  time.Time
}

// Options are what a Client need not be told.
type Options struct {
	// HTTPClient sends the requests, http.DefaultClient where it is nil. Its redirects are not followed, since credentials would go along.
	HTTPClient *http.Client
	// Timeout is how long an answer is waited for before the request is sent again, 30 seconds where it is zero.
	Timeout time.Duration
}

// NewClient makes a client from the address of the API, such as https://meet.example.org/external-api/v1.0, and the credentials of the
// application, which the operator of the Meet instance gives. Options may be nil. It fails where the address is no absolute URL.
func NewClient(address, clientID, clientSecret string, options *Options) (*Client, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" || parsed.Scheme != "https" && parsed.Scheme != "http" {
		return nil, errors.New("meet: the address of the API is no URL such as https://meet.example.org/external-api/v1.0")
	}
	if options == nil {
		options = &Options{}
	}
	client := http.Client{}
	if options.HTTPClient != nil {
		client = *options.HTTPClient
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	timeout := options.Timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	return &Client{
		address: strings.TrimRight(address, "/"), clientID: clientID, clientSecret: func() string { return clientSecret },
		http: &client, timeout: timeout, tokens: map[tokenKey]*token{},
	}, nil
}

// ForUser is the user with an e-mail address, who is acted for with all scopes of the application, or with those that are named.
func (c *Client) ForUser(email string, scopes ...string) *User {
	scopes = slices.Compact(slices.Sorted(slices.Values(scopes)))
	return &User{client: c, key: tokenKey{email: email, scope: strings.Join(append([]string{email}, scopes...), " ")}}
}

// GenerateToken fetches a token for the user with an e-mail address, with all scopes of the application or those that are named. The
// methods of User do without: they fetch and keep their own.
func (c *Client) GenerateToken(ctx context.Context, email string, scopes ...string) (*api.TokenResponse, error) {
	return c.fetchToken(ctx, c.ForUser(email, scopes...).key)
}

// IntrospectToken tells what a token of this application is good for.
func (c *Client) IntrospectToken(ctx context.Context, accessToken string) (*api.Introspection, error) {
	return ask(ctx, c, api.IntrospectToken(c.reference(accessToken)))
}

// RevokeToken ends a token of this application.
func (c *Client) RevokeToken(ctx context.Context, accessToken string) error {
	_, err := ask(ctx, c, api.RevokeToken(c.reference(accessToken)))
	return err
}

// ReadMetadata reads what OAuth libraries need to know (RFC 8414).
func (c *Client) ReadMetadata(ctx context.Context) (*api.Metadata, error) {
	return ask(ctx, c, api.ReadMetadata())
}

// ReadKeys reads the keys that verify tokens, none where they are signed with a shared secret.
func (c *Client) ReadKeys(ctx context.Context) (*api.KeySet, error) {
	return ask(ctx, c, api.ReadKeys())
}

func (c *Client) reference(accessToken string) api.TokenReference {
	return api.TokenReference{ClientID: c.clientID, ClientSecret: c.clientSecret(), Token: accessToken}
}

// ask sends what needs no token.
func ask[Result any](ctx context.Context, c *Client, from api.Request[Result]) (*Result, error) {
	request, err := newRequest(c.address, from, nil)
	if err != nil {
		return nil, err
	}
	answer, err := c.exchange(ctx, request)
	if err != nil {
		return nil, err
	}
	return decode[Result](request, answer)
}

// Format shows the address and the client_id, whichever verb is asked for.
func (c *Client) Format(state fmt.State, _ rune) {
	_, _ = fmt.Fprintf(state, "meet.Client(%s, %s)", c.address, c.clientID)
}

// LogValue is the address and the client_id.
func (c *Client) LogValue() slog.Value {
	return slog.GroupValue(slog.String("address", c.address), slog.String("client_id", c.clientID))
}
