package middleware

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
)

// retryAfter is when it is worth asking again whether what is away is back, where nobody knows better.
const retryAfter = 2 * time.Second

// statusClientClosed is what the log says of requests whose caller went away (nginx's 499); nobody receives it.
const statusClientClosed = 499

// answer is what a caller learns of an error.
type answer struct {
	status     int
	code       string // RFC 6749, section 5.2
	text       string
	fields     map[string][]string
	challenge  string // of the Bearer scheme, without its name (RFC 6750, section 3)
	retryAfter time.Duration
}

// HandleError is the one place that turns an error into a status and a body (contract, "Conventions" and the tables).
// What it does not know is a fault of ours: the caller gets the request id, the log the cause.
func HandleError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	a := describe(err, c)
	header := c.Response().Header()
	if a.retryAfter > 0 {
		header.Set(echo.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(a.retryAfter.Seconds()))))
	}
	if a.status == http.StatusUnauthorized || a.challenge != "" {
		header.Set(echo.HeaderWWWAuthenticate, challenge(a, c))
	}
	if failed := c.JSON(a.status, body(a, isOAuth(c))); failed != nil {
		c.Response().Status = a.status
	}
}

func describe(err error, c echo.Context) answer {
	var (
		refusal     *auth.Refusal
		routing     *echo.HTTPError
		tooLarge    *http.MaxBytesError
		unavailable interface{ Unavailable() bool }
	)
	switch {
	case errors.As(err, &refusal):
		return describeRefusal(refusal)
	case errors.As(err, &tooLarge):
		return answer{
			status: http.StatusRequestEntityTooLarge,
			text:   fmt.Sprintf("Request body is larger than %d bytes.", tooLarge.Limit),
		}
	case errors.As(err, &routing):
		return describeRouting(routing, c)
	case errors.As(err, &unavailable):
		return answer{
			status: http.StatusServiceUnavailable, code: "temporarily_unavailable", retryAfter: retryAfterOf(err),
			text: "Service temporarily unavailable. Try again later.",
		}
	case errors.Is(err, context.Canceled):
		return answer{status: statusClientClosed, code: "invalid_request", text: "The request was given up."}
	}
	return answer{
		status: http.StatusInternalServerError, code: "server_error",
		text: "Internal server error. Request id: " + requestID(c),
	}
}

// retryAfterOf asks the error itself.
func retryAfterOf(err error) time.Duration {
	var knows interface{ RetryAfter() time.Duration }
	if errors.As(err, &knows) && knows.RetryAfter() > 0 {
		return knows.RetryAfter()
	}
	return retryAfter
}

func describeRefusal(r *auth.Refusal) answer {
	a := answer{code: r.Code, text: r.Text, fields: r.Fields, retryAfter: r.RetryAfter}
	switch r.Kind {
	case auth.Invalid:
		a.status = http.StatusBadRequest
	case auth.Unauthenticated:
		a.status = http.StatusUnauthorized
	case auth.Forbidden:
		a.status = http.StatusForbidden
	case auth.NotFound:
		a.status = http.StatusNotFound
	case auth.Conflict:
		a.status = http.StatusConflict
	case auth.Throttled:
		a.status = http.StatusTooManyRequests
	}
	switch r.Code {
	case "invalid_token":
		a.challenge = `error="invalid_token"`
	case "insufficient_scope":
		a.challenge = `error="insufficient_scope", scope="` + r.Scope + `"`
	}
	return a
}

// describeRouting words what the router found, and what the reading of bodies passed on with a text of its own.
func describeRouting(e *echo.HTTPError, c echo.Context) answer {
	switch e.Code {
	case http.StatusNotFound:
		return answer{status: e.Code, text: "Not found."}
	case http.StatusMethodNotAllowed:
		return answer{status: e.Code, text: fmt.Sprintf("Method %q not allowed.", c.Request().Method)}
	}
	return answer{status: e.Code, text: fmt.Sprint(e.Message)}
}

func challenge(a answer, c echo.Context) string {
	switch {
	case isOAuth(c):
		return `Basic realm="external-api"`
	case a.challenge != "":
		return "Bearer " + a.challenge
	}
	return "Bearer"
}

// body is `{"detail": text}` or the fields, and at the token endpoint also what OAuth libraries read.
func body(a answer, oauth bool) map[string]any {
	b := map[string]any{}
	for field, messages := range a.fields {
		b[field] = messages
	}
	text := a.text
	if text == "" && oauth {
		text = joinFields(a.fields)
	}
	if text != "" {
		b["detail"] = text
	}
	if oauth {
		b["error"], b["error_description"] = oauthCode(a), describable(text)
	}
	return b
}

// describable makes text of what an error_description may hold (RFC 6749, section 5.2).
func describable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case r == '\\' || r < ' ' || r > '~':
			return '?'
		}
		return r
	}, text)
}

func joinFields(fields map[string][]string) string {
	var lines []string
	for field, messages := range fields {
		lines = append(lines, field+": "+strings.Join(messages, " "))
	}
	slices.Sort(lines)
	return strings.Join(lines, " ")
}

func oauthCode(a answer) string {
	if a.code == "" {
		return "invalid_request"
	}
	return a.code
}

const oauthKey = "oauth"

// OAuth marks the requests whose errors are also those of an OAuth 2.0 token endpoint (RFC 6749, section 5.2).
func OAuth(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Set(oauthKey, true)
		return next(c)
	}
}

func isOAuth(c echo.Context) bool { return c.Get(oauthKey) != nil }
