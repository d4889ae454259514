package main

import (
	"sync"

	"github.com/labstack/echo/v4"

	spec "meet-external-api"
	generated "meet-external-api/generated/google"
	"meet-external-api/google"
	"meet-external-api/handlers"
	"meet-external-api/middleware"
)

// googleSpecification is openapi.google.yaml, read once in a process.
var googleSpecification = sync.OnceValues(func() (*handlers.SpecificationDocument, error) { return handlers.ReadSpecification(spec.GoogleYAML) })

// mountGoogleAPI adds what Google's clients ask: the specification, and for each operation of that what the external API's have around
// theirs, by the same options.
func mountGoogleAPI(e *echo.Echo, o middleware.Options, rooms *handlers.API) error {
	specification, err := googleSpecification()
	if err != nil {
		return err
	}
	o.Protobuf = true
	operations, err := middleware.Operations(specification.T, o)
	if err != nil {
		return err
	}
	document, err := handlers.NewSpecification(specification, google.BasePath)
	if err != nil {
		return err
	}
	paths := router{e}
	paths.GET(google.BasePath+"/openapi.yaml", document.YAML)
	paths.GET(google.BasePath+"/openapi.json", document.JSON)
	generated.RegisterHandlersWithOptions(google.Router{EchoRouter: paths}, generated.NewStrictHandler(&google.API{Rooms: rooms}, nil), generated.RegisterHandlersOptions{
		BaseURL: google.BasePath, OperationMiddlewares: operations,
	})
	return nil
}

// handleError answers an error in the form of the API that was asked.
func handleError(err error, c echo.Context) {
	if google.Serves(c.Request()) {
		google.HandleError(err, c)
		return
	}
	middleware.HandleError(err, c)
}
