package middleware

import (
	"github.com/labstack/echo/v4"

	"meet-external-api/generated"
)

// JSON makes Echo write JSON as the generated code does.
type JSON struct{ echo.DefaultJSONSerializer }

// Serialize implements echo.JSONSerializer.
func (JSON) Serialize(c echo.Context, value any, _ string) error {
	return generated.EncodeJSON(c.Response(), value)
}
