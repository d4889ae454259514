package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"
)

// Live answers as soon as the process serves, and asks nobody (docs/contract.md, "Beside the API": liveness).
func Live(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
}

// Ready answers 200 while ready returns nil, else 503 (docs/contract.md, "Beside the API": readiness). Why not is for the log.
func Ready(ready func(context.Context) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := ready(c.Request().Context()); err != nil {
			return err
		}
		return Live(c)
	}
}
