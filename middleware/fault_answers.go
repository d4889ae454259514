package middleware

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"meet-external-api/refusal"
)

// This file is what becomes of a request that is to have a fault.

var errFault = errors.New("a fault that was asked for")

// conflicts are what the operations with a 409 refuse by it.
var conflicts = map[string]*refusal.Error{
	"generateToken": refusal.UserNotCreated,
	"createRoom":    refusal.KeyInUse,
	"updateRoom":    refusal.DelegateNotCreated,
	"grantAccess":   refusal.DelegateNotCreated,
	"deleteRoom":    refusal.RoomReferredTo("recording"),
	"removeAccess":  refusal.LastOwner,
}

// refusal is what the server would answer with that status.
func (i injection) refusal(operationID string, oauth bool) error {
	limit, unauthenticated := "bearer_failures_per_address", refusal.TokenExpired
	if oauth {
		limit, unauthenticated = "requests_per_application", refusal.UnknownClient
	}
	switch i.kind {
	case "401":
		return unauthenticated.Because("%w", errFault)
	case "409":
		return conflicts[operationID].Because("%w", errFault)
	case "429":
		return refusal.TooManyRequests(limit, i.wait).Because("%w", errFault)
	case "503":
		unavailable := refusal.NotAvailable("database_unavailable", errFault)
		unavailable.RetryAfter = i.wait
		return unavailable
	}
	return errFault // a fault of the server
}

// slowAnswer is how long an answer may take after a delay.
const slowAnswer = time.Minute

// delay does what was asked for after a while, unless the caller has gone away by then.
func (f *Faults) delay(c echo.Context, wait time.Duration, next echo.HandlerFunc) error {
	readBodyAhead(c.Request())
	if err := http.NewResponseController(c.Response().Writer).SetWriteDeadline(time.Now().Add(wait + slowAnswer)); err != nil {
		return err
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-f.stopping:
	case <-callerOf(c.Request().Context()).Done():
		return context.Canceled
	}
	restartDeadline(c)
	return next(c)
}

// cut does nothing, and ends the connection without an answer.
func cut(c echo.Context) error {
	readBodyAhead(c.Request())
	c.Response().Status = statusClientClosed
	hangUp(c)
	return nil
}

// lose does what was asked for, and ends the connection without an answer. The log tells what that would have been.
func lose(c echo.Context, next echo.HandlerFunc) error {
	readBodyAhead(c.Request())
	c.Response().Writer = unheard{c.Response().Writer}
	err := next(c)
	if err != nil {
		c.Error(err)
	}
	hangUp(c)
	return err
}

// unheard is an answer of which nothing is sent.
type unheard struct{ http.ResponseWriter }

func (unheard) WriteHeader(int) {}

func (unheard) Write(p []byte) (int, error) { return len(p), nil }

// Unwrap is for http.ResponseController.
func (u unheard) Unwrap() http.ResponseWriter { return u.ResponseWriter }

// hangUp ends the connection of a request. What was not read yet must have been, or the system resets the connection.
func hangUp(c echo.Context) {
	connection, _, err := http.NewResponseController(c.Response().Writer).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // which leaves no line in the log
	}
	_ = connection.Close()
	c.Response().Committed = true
}

// readBodyAhead reads the body now, and keeps it for the handler: net/http tells that a caller goes away only when the body has been read.
func readBodyAhead(request *http.Request) {
	data, err := io.ReadAll(request.Body)
	if err == nil {
		err = io.EOF
	}
	request.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(data), failing{err}), request.Body}
}

// failing is a body that ends with an error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
