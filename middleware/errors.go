package middleware

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"meet-external-api/refusal"
)

// statusClientClosed is what the log says of requests whose caller went away (nginx's 499); nobody receives it.
const statusClientClosed = 499

// retryAfter is when it is worth asking again whether what is away is back, where nobody knows better.
const retryAfter = 2 * time.Second

// statuses are those of the kinds of refusals.
var statuses = map[refusal.Kind]int{
	refusal.Invalid:            http.StatusBadRequest,
	refusal.Unauthenticated:    http.StatusUnauthorized,
	refusal.Forbidden:          http.StatusForbidden,
	refusal.NotFound:           http.StatusNotFound,
	refusal.MethodNotAllowed:   http.StatusMethodNotAllowed,
	refusal.Conflict:           http.StatusConflict,
	refusal.PreconditionFailed: http.StatusPreconditionFailed,
	refusal.Unprocessable:      http.StatusUnprocessableEntity,
	refusal.TooLarge:           http.StatusRequestEntityTooLarge,
	refusal.UnsupportedMedia:   http.StatusUnsupportedMediaType,
	refusal.Throttled:          http.StatusTooManyRequests,
	refusal.Unavailable:        http.StatusServiceUnavailable,
}

// HandleError turns an error into a status and a body (docs/contract.md, "Conventions" and the tables).
func HandleError(err error, c echo.Context) {
	AnswerError(err, c, func(status int, refused *refusal.Error) (int, any) { return status, errorBody(refused, isOAuth(c)) })
}

// AnswerError is the one place that turns an error into a status and headers; form makes the body of them, and may choose another status.
// What is not known is a fault of ours: the caller gets the request id, the log the cause.
func AnswerError(err error, c echo.Context, form func(status int, refused *refusal.Error) (int, any)) {
	if c.Response().Committed {
		return
	}
	status, refused := Describe(err, c)
	header := c.Response().Header()
	SetRetryAfter(c, status, refused)
	if status == http.StatusUnauthorized || refused.OAuth == refusal.InsufficientScope {
		header.Set(echo.HeaderWWWAuthenticate, challenge(refused, isOAuth(c)))
	}
	status, body := form(status, refused)
	if failed := c.JSON(status, body); failed != nil {
		c.Response().Status = status
	}
}

// SetRetryAfter tells a caller who was turned down with that status when to try again, where that is for a while.
func SetRetryAfter(c echo.Context, status int, refused *refusal.Error) {
	if status != http.StatusServiceUnavailable && status != http.StatusTooManyRequests {
		return
	}
	wait := refused.RetryAfter
	if wait <= 0 {
		wait = retryAfter
	}
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(wait.Seconds()))))
}

// Describe is the ordered list of the errors that callers are told of, with the status of each.
func Describe(err error, c echo.Context) (status int, refused *refusal.Error) {
	var routing *echo.HTTPError
	switch {
	case errors.As(err, &refused):
		return statuses[refused.Kind], refused
	case errors.As(err, &routing) && routing.Code == http.StatusNotFound:
		return routing.Code, refusal.PathNotFound
	case errors.As(err, &routing) && routing.Code == http.StatusMethodNotAllowed:
		return routing.Code, refusal.Method(c.Request().Method)
	case errors.Is(err, context.Canceled):
		return statusClientClosed, &refusal.Error{Code: "cancelled", Text: "The request was given up."}
	}
	return http.StatusInternalServerError, &refusal.Error{
		Code: "server_fault", OAuth: refusal.ServerErrorCode, Text: refusal.ServerFault(requestID(c)),
	}
}

// errorBody is `{"detail": text}` or the fields, lists with the index of each bad element, and at OAuth endpoints also what their libraries read.
func errorBody(refused *refusal.Error, oauth bool) map[string]any {
	body := map[string]any{}
	for field, messages := range refused.Fields {
		body[field] = messages
	}
	for field, messages := range refused.Elements {
		elements := map[int][]string{}
		for index, message := range messages {
			elements[index] = []string{message}
		}
		body[field] = elements
	}
	text := refused.Text
	if text == "" && oauth {
		text = refused.FieldsText()
	}
	if text != "" {
		body["detail"] = text
	}
	if oauth {
		addOAuthError(body, refused.OAuth, text)
	}
	return body
}
