package meet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

const (
	attempts = 4
	// The first wait is a random part of it, and each further one of twice as much.
	firstBackoff = 250 * time.Millisecond
	// Who is asked to wait longer is told.
	longestWait = 30 * time.Second
)

// answer is what the server said to an attempt.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// exchange sends a request until it is answered for good, and returns the answer where that is a success. Errors: those of errors.go, and
// that of the context with the last of them.
func (c *Client) exchange(ctx context.Context, r *request) (*answer, error) {
	for ; ; r.attempt++ {
		answer, err := c.attempt(ctx, r)
		if err != nil && ctx.Err() != nil {
			return nil, fmt.Errorf("meet: %s: %w", r.operation, context.Cause(ctx))
		}
		failure := r.failure(answer, err)
		if failure == nil {
			return answer, nil
		}
		r.unanswered = r.unanswered || err != nil
		wait := r.wait(answer)
		if r.attempt+1 == attempts || wait < 0 || wait > longestWait {
			return nil, failure
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", context.Cause(ctx), failure)
		}
	}
}

// wait is how long to wait before the next attempt, negative where there is no use in one. An answer of nil is none.
func (r *request) wait(answer *answer) time.Duration {
	if answer != nil {
		switch answer.status {
		case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		case http.StatusConflict:
			if r.operation != "createRoom" {
				return -1
			}
		default:
			return -1
		}
		if asked, said := retryAfter(answer.header, time.Now()); said {
			return asked
		}
	}
	return rand.N(firstBackoff << r.attempt) //nolint:gosec // G404: waits are no secrets.
}

// retryAfter is how long Retry-After says to wait, in seconds or until a date (RFC 9110, section 10.2.3), and whether it says so.
func retryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	value := header.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil && seconds >= 0 {
		// More would overflow, and is as good as a day.
		return time.Duration(min(seconds, 24*60*60)) * time.Second, true
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, date.Sub(now)), true
	}
	return 0, false
}

// errTimeout is why an attempt ended that got no answer in time. It is not context.DeadlineExceeded, which is the caller's.
var errTimeout = errors.New("none came in time")

// attempt sends a request once. An error means that there is no answer, or not all of it.
func (c *Client) attempt(ctx context.Context, r *request) (*answer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.timeout, errTimeout)
	defer cancel()
	sent, err := http.NewRequestWithContext(ctx, r.method, r.url, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	sent.Header = r.header.Clone()
	received, err := c.http.Do(sent)
	if err != nil {
		return nil, err
	}
	defer func() { _ = received.Body.Close() }()
	body, err := io.ReadAll(received.Body)
	if err != nil {
		return nil, err
	}
	return &answer{received.StatusCode, received.Header, body}, nil
}

// decode reads what an answer holds. Nothing is the zero value.
func decode[Result any](r *request, a *answer) (*Result, error) {
	var result Result
	if len(a.body) == 0 {
		return &result, nil
	}
	if err := json.Unmarshal(a.body, &result); err != nil {
		e := r.meetError(a)
		e.Detail = "the answer is not what openapi.yaml says"
		return nil, errors.Join(&e, err)
	}
	return &result, nil
}
