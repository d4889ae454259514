package middleware

import (
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
)

// Options are what the middleware of operations needs.
type Options struct {
	// Authenticator tells whom bearer tokens speak for.
	Authenticator auth.Authenticator
	// Applications is whether there are applications, and what is for them.
	Applications bool
}

// Operations makes the middleware of each operation of the specification, by its operationId, from the security that the
// specification states for it: authentication and scope, then validation, in the contract's order.
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
	validate := newValidator(operation)
	switch {
	case requires(operation, "bearer"):
		scope, ok := operation.Extensions["x-required-scope"].(string)
		if !ok {
			return nil, fmt.Errorf("x-required-scope is missing")
		}
		return []echo.MiddlewareFunc{Authenticate(o.Authenticator, scope), validate.middleware}, nil
	case requires(operation, "clientCredentials"):
		validate.prepare = requireCredentials
		if validate.body.Properties["grant_type"] != nil {
			// Of the token endpoint, the contract names each parameter that is missing, as Meet does.
			validate.prepare = mergeCredentials
		}
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
