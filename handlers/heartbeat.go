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

// Version is what `/__version__` answers: the release, the hash of the revision that it was made of, the URL of the repository, and that
// of what built it. What is not known is empty.
type Version struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Source  string `json:"source"`
	Build   string `json:"build"`
}

// Show answers with it (docs/contract.md, "Beside the API"; Dockerflow).
func (v Version) Show(c echo.Context) error { return c.JSON(http.StatusOK, v) }
