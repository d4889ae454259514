package auth

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"golang.org/x/sync/singleflight"
)

// Singleflight makes one call for many equal requests at a time.
type Singleflight[T any] struct{ group singleflight.Group }

// Do returns what call does, or did for another request with the same key. The call may take limit, also when the request
// that asked first is given up: others may wait for it. Errors: those of call, a panic of it, and the end of ctx.
func (f *Singleflight[T]) Do(ctx context.Context, key string, limit time.Duration, call func(context.Context) (T, error)) (T, error) {
	result := f.group.DoChan(key, func() (value any, err error) {
		// It runs beside the request, where nobody else would recover it.
		defer func() {
			if panicked := recover(); panicked != nil {
				err = fmt.Errorf("panic: %v\n%s", panicked, debug.Stack())
			}
		}()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
		defer cancel()
		return call(ctx)
	})
	select {
	case done := <-result:
		value, _ := done.Val.(T)
		return value, done.Err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
