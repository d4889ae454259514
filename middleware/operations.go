package middleware

import (
	"errors"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"meet-external-api/audit"
	"meet-external-api/refusal"
)

// Options are what the middleware of operations needs.
type Options struct {
	// Record keeps events of the audit trail, of requests that come in by the channel.
	Record  func(audit.Event)
	Channel audit.Channel
	// Bearer are the security schemes with a bearer token, by their names: each makes of a permission scope what lets requests through
	// that carry a token with it.
	Bearer map[string]func(scope string) echo.MiddlewareFunc
	// Tokens count what the operation that issues tokens comes to.
	Tokens Tokens
	// Protobuf is whether bodies are ProtoJSON, the JSON of protocol buffers, and errors name fields by their paths.
	Protobuf bool
	// Applications is whether there are applications, and what is for them.
	Applications bool
	// Faults come before anything else, where they are asked for; nil: they cannot be.
	Faults *Faults
}

// Operations makes the middleware of each operation of the specification, by its operationId, from the security that the
// specification states for it. The order of checks is that of docs/contract.md, "Scopes": authentication, scope, then parameters
// and body; the handler checks the room and the role in it.
func Operations(specification *openapi3.T, o Options) (map[string][]echo.MiddlewareFunc, error) {
	chains := map[string][]echo.MiddlewareFunc{}
	for path, item := range specification.Paths.Map() {
		for method, operation := range item.Operations() {
			chain, err := chainOf(operation, o)
			deprecation, undated := newDeprecation(operation)
			if err := errors.Join(err, undated); err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			if o.Faults != nil {
				chain = append([]echo.MiddlewareFunc{o.Faults.of(operation)}, chain...)
			}
			if deprecation != nil {
				chain = append([]echo.MiddlewareFunc{deprecation}, chain...)
			}
			chains[operation.OperationID] = chain
		}
	}
	return chains, nil
}

func chainOf(operation *openapi3.Operation, o Options) ([]echo.MiddlewareFunc, error) {
	validate, err := newValidator(operation)
	if err != nil {
		return nil, err
	}
	validate.protobuf = o.Protobuf
	auditRefusals, err := newAuditor(operation.OperationID, o)
	if err != nil {
		return nil, err
	}
	observed := []echo.MiddlewareFunc{auditRefusals}
	if audit.Operations[operation.OperationID] == audit.TokenIssue {
		observed = append(observed, o.Tokens.count)
	}
	for scheme, authenticate := range o.Bearer {
		if !requires(operation, scheme) {
			continue
		}
		scope, ok := operation.Extensions["x-required-scope"].(string)
		if !ok {
			return nil, fmt.Errorf("x-required-scope is missing")
		}
		return append(observed, authenticate(scope), validate.middleware), nil
	}
	switch {
	case validate.oauth != nil:
		return append(observed, RefuseUnless(o.Applications), OAuth, validate.middleware), nil
	case operation.Security != nil && len(*operation.Security) == 0:
		return append(observed, RefuseUnless(o.Applications), validate.middleware), nil
	}
	return nil, fmt.Errorf("its security is not one that is known here")
}

func requires(operation *openapi3.Operation, scheme string) bool {
	if operation.Security == nil {
		return false
	}
	for _, requirement := range *operation.Security {
		if _, ok := requirement[scheme]; ok {
			return true
		}
	}
	return false
}

// RefuseUnless answers 404 while enabled is false.
func RefuseUnless(enabled bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if enabled {
			return next
		}
		return func(echo.Context) error { return refusal.NotEnabled }
	}
}
