package middleware

import (
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
	"meet-external-api/refusal"
)

// Options are what the middleware of operations needs.
type Options struct {
	// Authenticator tells whom bearer tokens speak for, CheckCaller whether it counts.
	Authenticator auth.Authenticator
	CheckCaller   CheckCaller
	// Applications is whether there are applications, and what is for them.
	Applications bool
}

// Operations makes the middleware of each operation of the specification, by its operationId, from the security that the
// specification states for it. The order of checks is that of docs/contract.md, "Scopes": authentication, scope, then parameters
// and body; the handler checks the room and the role in it.
func Operations(specification *openapi3.T, o Options) (map[string][]echo.MiddlewareFunc, error) {
	chains := map[string][]echo.MiddlewareFunc{}
	for path, item := range specification.Paths.Map() {
		for method, operation := range item.Operations() {
			chain, err := chainOf(operation, o)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
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
	switch {
	case requires(operation, "BearerAuth"):
		scope, ok := operation.Extensions["x-required-scope"].(string)
		if !ok {
			return nil, fmt.Errorf("x-required-scope is missing")
		}
		return []echo.MiddlewareFunc{Authenticate(o.Authenticator, o.CheckCaller, scope), validate.middleware}, nil
	case validate.oauth != nil:
		return []echo.MiddlewareFunc{RefuseUnless(o.Applications), OAuth, validate.middleware}, nil
	case operation.Security != nil && len(*operation.Security) == 0:
		return []echo.MiddlewareFunc{RefuseUnless(o.Applications), validate.middleware}, nil
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
