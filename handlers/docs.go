package handlers

import (
	"embed"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
	swaggerui "github.com/swaggest/swgui/v5/static"
	"github.com/vearutop/statigz"
)

//go:embed docs
var docs embed.FS

// docsPolicy lets the page load and ask nothing but this server. Swagger UI sets styles inline and draws from data URLs.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// swaggerFiles are those files of Swagger UI that the page loads.
var swaggerFiles = []string{"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"}

// Docs answers the page on which a caller reads the API and tries it (contract, "Beside the API").
func Docs(c echo.Context) error {
	page, err := docs.ReadFile("docs/index.html")
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentSecurityPolicy, docsPolicy)
	return c.HTMLBlob(http.StatusOK, page)
}

// DocsFile answers a file that the page loads; all of them are built into the program.
func DocsFile() echo.HandlerFunc {
	swagger := statigz.FileServer(swaggerui.FS)
	return func(c echo.Context) error {
		name := c.Param("file")
		switch {
		case name == "docs.js":
			script, err := docs.ReadFile("docs/docs.js")
			if err != nil {
				return err
			}
			return c.Blob(http.StatusOK, "text/javascript; charset=utf-8", script)
		case slices.Contains(swaggerFiles, name):
			request := c.Request().Clone(c.Request().Context())
			request.URL.Path = "/" + name
			swagger.ServeHTTP(c.Response(), request)
			return nil
		}
		return echo.NewHTTPError(http.StatusNotFound)
	}
}
