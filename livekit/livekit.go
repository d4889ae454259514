// Package livekit keeps LiveKit's rooms in step with Meet's: their metadata, and their end. It speaks the three calls of RoomService that
// this takes (Twirp with JSON) by hand, because LiveKit's SDK would bring dozens of modules along for them.
package livekit

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// callTimeout bounds an update from UpdateRoom to its end, the wait for a worker and both calls, and the call of CloseRoom.
	callTimeout = 2 * time.Second
	// maxWorkers is how many updates are under way at a time.
	maxWorkers = 16
	// maxPending is how many rooms can have an update that has not begun.
	maxPending = 256
)

// Options say where LiveKit is. All but InsecureTLS must be set.
type Options struct {
	// URL is where LiveKit's API is: http, https, ws (taken for http) or wss (for https), with a path if need be.
	URL string
	// Key and Secret are an API key of LiveKit's and its secret, which signs tokens.
	Key, Secret string
	// InsecureTLS takes any certificate.
	InsecureTLS bool
	// Log gets the failures.
	Log *slog.Logger
	// Around is put around what makes the calls; nil: nothing is.
	Around func(http.RoundTripper) http.RoundTripper
}

// Client updates LiveKit's rooms in the background, and closes them. It is safe for concurrent use.
type Client struct {
	service  *url.URL
	key      string
	secret   []byte
	http     *http.Client
	log      *slog.Logger
	timeout  time.Duration
	failures atomic.Int64
	counters counters
	workers  sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	running int
	pending map[string]update   // by room: the latest that has not begun
	busy    map[string]struct{} // the rooms whose update is under way
	ready   []string            // the rooms that are pending and not busy, first come first served
}

// New returns a client, without calling LiveKit yet. Its errors never hold the URL, which may have a password in it.
func New(o Options) (*Client, error) {
	service, err := serviceURL(o.URL)
	if err != nil {
		return nil, err
	}
	var transport http.RoundTripper = &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: maxWorkers,
		IdleConnTimeout:     time.Minute,
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			InsecureSkipVerify: o.InsecureTLS, //nolint:gosec // the operator asks for it
		},
	}
	if o.Around != nil {
		transport = o.Around(transport)
	}
	return &Client{
		service: service,
		key:     o.Key,
		secret:  []byte(o.Secret),
		http: &http.Client{
			Transport: transport,
			// A redirect would carry the token elsewhere.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		log:     o.Log,
		timeout: callTimeout,
		pending: map[string]update{},
		busy:    map[string]struct{}{},
	}, nil
}

func serviceURL(text string) (*url.URL, error) {
	base, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("the URL of LiveKit cannot be read")
	}
	scheme := map[string]string{"http": "http", "https": "https", "ws": "http", "wss": "https"}[base.Scheme]
	if scheme == "" || base.Hostname() == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("the URL of LiveKit must be http, https, ws or wss with a host, and hold no user, query or fragment")
	}
	base.Scheme = scheme
	return base.JoinPath("twirp", "livekit.RoomService"), nil
}

func (c *Client) fail(room string, err error) {
	c.log.Warn("LiveKit's room was not updated", "room", room, "error", err, "failures", c.failures.Add(1))
}
