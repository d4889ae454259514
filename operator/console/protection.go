package console

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"meet-external-api/refusal"
)

// headers are those of every answer of the console: pages load what the console itself serves, send forms to it alone, and stand in no
// frame. With `no-referrer` browsers would say `Origin: null` of the console's own forms, and those that do not send Sec-Fetch-Site would
// be refused; to other sites `same-origin` tells as little.
var headers = map[string]string{
	"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; " +
		"form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
	"Referrer-Policy":              "same-origin",
	"X-Frame-Options":              "DENY",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy": "accelerometer=(), camera=(), clipboard-write=(self), display-capture=(), geolocation=(), gyroscope=(), " +
		"microphone=(), midi=(), payment=(), usb=()",
}

// Serves reports whether a request is for the console, also where there is no such page.
func Serves(request *http.Request) bool {
	return request.URL.Path == Path || strings.HasPrefix(request.URL.Path, Path+"/")
}

// Protect gives each answer of the console its headers, and refuses what a page of another site has sent. What is not for the console
// passes.
func (c *Console) Protect(next echo.HandlerFunc) echo.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	if c.URL != nil {
		// The host that a proxy asks for may be another one.
		_ = protection.AddTrustedOrigin(c.URL.Scheme + "://" + c.URL.Host) // which the settings have looked at
	}
	return func(e echo.Context) error {
		if !Serves(e.Request()) {
			return next(e)
		}
		for name, value := range headers {
			e.Response().Header().Set(name, value)
		}
		if err := protection.Check(e.Request()); err != nil {
			return refusal.CrossOrigin.Because("%w", err)
		}
		return next(e)
	}
}
