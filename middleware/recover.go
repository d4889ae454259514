package middleware

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"

	"github.com/labstack/echo/v4"
)

// panicError is a panic turned into an error, with the stack at that point: as text, for the log, and as it is.
type panicError struct {
	value   any
	stack   []byte
	callers []uintptr
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// StackTrace is what runtime.CallersFrames reads.
func (e *panicError) StackTrace() []uintptr { return e.callers }

// maxCallers is how many of them are kept.
const maxCallers = 100

// Recover turns a panic of a handler into an error, so that one request fails and not the server.
func Recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			if cause, ok := value.(error); ok && errors.Is(cause, http.ErrAbortHandler) {
				panic(value)
			}
			callers := make([]uintptr, maxCallers)
			err = &panicError{value: value, stack: debug.Stack(), callers: callers[:runtime.Callers(2, callers)]}
		}()
		return next(c)
	}
}
