package auth

import "context"

// contextKey is the key of a T in the context of a request.
type contextKey[T any] struct{}

// NewContext returns a context that holds a Principal, a Client, an Operator or an Origin. Whoever finds it out calls it: the middleware that
// authenticates, that reads credentials, or that looks where a request comes from.
func NewContext[T Principal | Client | Operator | Origin](ctx context.Context, value T) context.Context {
	return context.WithValue(ctx, contextKey[T]{}, value)
}

// FromContext returns what NewContext put there; empty where it put nothing.
func FromContext[T Principal | Client | Operator | Origin](ctx context.Context) T {
	value, _ := ctx.Value(contextKey[T]{}).(T)
	return value
}
