package contracttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	spec "meet-external-api"
)

// operation is one of openapi.yaml.
type operation struct {
	method, path string
	// credentials tells that clients authenticate there by their credentials.
	credentials bool
	spec        *openapi3.Operation
}

// operations are those of openapi.yaml, by operationId. Of Meet's server no headers are expected.
func operations(meet bool) (map[string]operation, error) {
	document, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	found := map[string]operation{}
	for path, item := range document.Paths.Map() {
		for method, o := range item.Operations() {
			_, credentials := o.Extensions["x-missing-credentials"]
			found[o.OperationID] = operation{method, path, credentials, o}
			for _, response := range o.Responses.Map() {
				if meet {
					response.Value.Headers = nil
				}
			}
		}
	}
	return found, nil
}

// validate is an error unless an answer is as openapi.yaml has it. Of Meet's server only successes are.
func (s *server) validate(ctx context.Context, operationID string, a answer) error {
	operation, known := s.operations[operationID]
	if !known || s.meet && a.status >= http.StatusBadRequest {
		return nil
	}
	if operation.spec.Responses.Status(a.status) == nil {
		return fmt.Errorf("%s: openapi.yaml has no %s", a.asked, a)
	}
	asked, err := http.NewRequestWithContext(ctx, operation.method, "/", nil)
	if err != nil {
		return err
	}
	err = openapi3filter.ValidateResponse(ctx, &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: asked, Route: &routers.Route{Operation: operation.spec}},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.raw)),
		Options: &openapi3filter.Options{MultiError: true},
	})
	if err != nil {
		return fmt.Errorf("%s: the answer %d is not as openapi.yaml has it: %s", a.asked, a.status, strings.Join(reasons(err), "; "))
	}
	return nil
}

// reasons are what is wrong and where, without the value that is, which may be a token.
func reasons(err error) []string {
	var many openapi3.MultiError
	if errors.As(err, &many) {
		var all []string
		for _, one := range many {
			all = append(all, reasons(one)...)
		}
		return all
	}
	if one := (*openapi3.SchemaError)(nil); errors.As(err, &one) {
		return []string{"/" + strings.Join(one.JSONPointer(), "/") + ": " + one.Reason}
	}
	if one := (*openapi3filter.ResponseError)(nil); errors.As(err, &one) {
		return []string{one.Reason}
	}
	return []string{"it cannot be read"}
}
