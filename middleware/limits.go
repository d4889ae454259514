package middleware

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/throttled/throttled/v2"
	"github.com/throttled/throttled/v2/store/memstore"

	"meet-external-api/auth"
)

// maxLimitKeys bounds the memory of a limit; beyond it the keys that were used least recently start anew.
const maxLimitKeys = 1 << 16

// TokenLimits bound what one application, or somebody who pretends to be it, can ask of the token endpoint.
type TokenLimits struct {
	requests *throttled.GCRARateLimiterCtx
	failures *throttled.GCRARateLimiterCtx
}

// NewTokenLimits limits the requests per minute of one application, and its failures per minute from one address; 0 is no
// limit. A minute's worth may come at once.
func NewTokenLimits(requestsPerMinute, failuresPerMinute int) (*TokenLimits, error) {
	requests, err := newLimit(requestsPerMinute)
	if err != nil {
		return nil, err
	}
	failures, err := newLimit(failuresPerMinute)
	if err != nil {
		return nil, err
	}
	return &TokenLimits{requests: requests, failures: failures}, nil
}

func newLimit(perMinute int) (*throttled.GCRARateLimiterCtx, error) {
	if perMinute == 0 {
		return nil, nil
	}
	store, err := memstore.NewCtx(maxLimitKeys)
	if err != nil {
		return nil, fmt.Errorf("limits: %w", err)
	}
	quota := throttled.RateQuota{MaxRate: throttled.PerMin(perMinute), MaxBurst: perMinute - 1}
	limit, err := throttled.NewGCRARateLimiterCtx(store, quota)
	if err != nil {
		return nil, fmt.Errorf("limits: %w", err)
	}
	return limit, nil
}

// middleware counts by the client id as it was sent, known or not, so that a limit tells nobody which ones exist.
func (l *TokenLimits) middleware(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		application := clientID(c)
		caller := application + " " + c.RealIP()
		if err := take(ctx, l.requests, application, 1); err != nil {
			return err
		}
		if err := take(ctx, l.failures, caller, 0); err != nil {
			return err
		}
		err := next(c)
		if errors.Is(err, auth.ErrInvalidCredentials) {
			// The answer is the same whether or not this failure was one too many; the next one is refused.
			_ = take(ctx, l.failures, caller, 1)
		}
		return err
	}
}

func clientID(c echo.Context) string {
	body, _ := c.Request().Body.(validated)
	object, _ := body.value.(map[string]any)
	id, _ := object["client_id"].(string)
	return id
}

// take refuses when the limit is used up; a quantity of 0 only looks.
func take(ctx context.Context, limit *throttled.GCRARateLimiterCtx, key string, quantity int) error {
	if limit == nil {
		return nil
	}
	limited, result, err := limit.RateLimitCtx(ctx, key, quantity)
	if err != nil {
		return fmt.Errorf("limits: %w", err)
	}
	if !limited && (quantity > 0 || result.RetryAfter <= 0) {
		return nil
	}
	wait := max(result.RetryAfter, time.Second)
	seconds := int(math.Ceil(wait.Seconds()))
	return &auth.Refusal{
		Kind: auth.Throttled, Code: "temporarily_unavailable", RetryAfter: wait,
		Text: fmt.Sprintf("Too many requests. Try again in %d seconds.", seconds),
	}
}
