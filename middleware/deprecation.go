package middleware

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

const (
	extensionDeprecated = "x-deprecated-since"
	// extensionSunset is the one that oasdiff reads.
	extensionSunset = "x-sunset"

	headerDeprecation = "Deprecation"
	headerSunset      = "Sunset"
	headerLink        = "Link"
)

// newDeprecation makes the middleware by which each answer of a deprecated operation says since when it is (RFC 9745), until when it is
// there (RFC 8594), and where to read about it (docs/contract.md, "Conventions"). The specification has the dates, as YYYY-MM-DD, a day
// beginning in UTC, and the page as externalDocs. Nil: the operation is not deprecated. Errors: the specification does not say all that.
func newDeprecation(operation *openapi3.Operation) (echo.MiddlewareFunc, error) {
	if !operation.Deprecated {
		if operation.Extensions[extensionDeprecated] != nil || operation.Extensions[extensionSunset] != nil {
			return nil, fmt.Errorf("%s and %s are for what is deprecated", extensionDeprecated, extensionSunset)
		}
		return nil, nil //nolint:nilnil // There is none, which is no error.
	}
	since, err := dateOf(operation, extensionDeprecated)
	if err != nil {
		return nil, err
	}
	sunset, err := dateOf(operation, extensionSunset)
	if err != nil {
		return nil, err
	}
	if sunset.Before(since) { // which RFC 9745, section 5 forbids
		return nil, errors.New(extensionSunset + " is before " + extensionDeprecated)
	}
	fields := map[string]string{headerDeprecation: fmt.Sprintf("@%d", since.Unix()), headerSunset: sunset.Format(http.TimeFormat)}
	if operation.ExternalDocs != nil {
		fields[headerLink] = "<" + operation.ExternalDocs.URL + `>; rel="deprecation"`
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			for name, value := range fields {
				c.Response().Header().Set(name, value)
			}
			return next(c)
		}
	}, nil
}

func dateOf(operation *openapi3.Operation, extension string) (time.Time, error) {
	text, _ := operation.Extensions[extension].(string)
	date, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("what is deprecated needs %s, a date like '2027-01-31'", extension)
	}
	return date, nil
}
