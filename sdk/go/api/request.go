package api

import "net/url"

// Request is one request of an operation; Result is what its answer holds.
type Request[Result any] struct {
	// Operation is the operationId.
	Operation string
	Method    string
	// Path is below the address of the API, and escaped.
	Path  string
	Query url.Values
	// Body is what is sent as JSON; nil for nothing.
	Body any
}

// None is the result of an operation whose answer has no body.
type None struct{}
