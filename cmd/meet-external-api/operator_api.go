package main

import (
	"sync"

	"github.com/labstack/echo/v4"

	spec "meet-external-api"
	"meet-external-api/audit"
	generated "meet-external-api/generated/operator"
	"meet-external-api/handlers"
	"meet-external-api/middleware"
	"meet-external-api/operator"
	"meet-external-api/operator/api"
)

// operatorSpecification is openapi.operator.yaml, read once in a process.
var operatorSpecification = sync.OnceValues(func() (*handlers.SpecificationDocument, error) {
	return handlers.ReadSpecification(spec.OperatorYAML)
})

// mountOperatorAPI adds the operators' API: its specification, and for each operation of that authentication, scope, validation and its
// handler.
func mountOperatorAPI(e *echo.Echo, d dependencies, service *operator.Service) error {
	specification, err := operatorSpecification()
	if err != nil {
		return err
	}
	operations, err := middleware.Operations(specification.T, middleware.Options{
		Channel: audit.OperatorAPI, Record: service.Audit.Record,
		Bearer: map[string]func(string) echo.MiddlewareFunc{
			"OperatorToken": func(scope string) echo.MiddlewareFunc {
				return middleware.AuthenticateOperator(service.AuthenticateToken, d.rateLimits, scope)
			},
		},
	})
	if err != nil {
		return err
	}
	document, err := handlers.NewSpecification(specification, api.BasePath)
	if err != nil {
		return err
	}
	paths := router{e}
	paths.GET(api.BasePath+"/openapi.yaml", document.YAML)
	paths.GET(api.BasePath+"/openapi.json", document.JSON)
	generated.RegisterHandlersWithOptions(paths, generated.NewStrictHandler(&api.API{Service: service}, nil), generated.RegisterHandlersOptions{
		BaseURL: api.BasePath, OperationMiddlewares: operations,
	})
	return nil
}
