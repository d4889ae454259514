package middleware

import (
	"errors"
	"io"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/semaphore"

	"meet-external-api/refusal"
)

const (
	// freeBody is as much as a usual request sends, in bytes; that much of a body is always read.
	freeBody = 4 << 10
	// bodyMemory is for what all bodies that are being read have beyond that, in bytes.
	bodyMemory = 16 << 20
)

// ShareBodyMemory bounds the memory of bodies that are long and slow: while it is taken, further long ones are refused.
func ShareBodyMemory() echo.MiddlewareFunc {
	memory := semaphore.NewWeighted(bodyMemory)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			body := &sharingBody{ReadCloser: c.Request().Body, memory: memory, response: c.Response()}
			c.Request().Body = body
			defer func() { memory.Release(body.taken) }()
			return next(c)
		}
	}
}

// sharingBody is a body that takes its share of the memory while it is read.
type sharingBody struct {
	io.ReadCloser
	memory      *semaphore.Weighted
	response    *echo.Response
	read, taken int64
}

func (b *sharingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	if more := b.read - freeBody - b.taken; more > 0 {
		if !b.memory.TryAcquire(more) {
			// The rest is not waited for.
			b.response.Header().Set("Connection", "close")
			return 0, refusal.NotAvailable("body_memory_full", errors.New("too many long bodies are being sent at once"))
		}
		b.taken += more
	}
	return n, err
}
