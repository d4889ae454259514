package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"meet-external-api/refusal"
)

//go:embed static
var staticFiles embed.FS

// staticTypes are the files that pages load, with their media types.
var staticTypes = map[string]string{
	"style.css": "text/css; charset=utf-8",
	"script.js": "text/javascript; charset=utf-8",
	"icon.svg":  "image/svg+xml",
}

// static answers a file that pages load. Browsers keep it, and ask whether it is still the same.
func static(e echo.Context) error {
	name := e.Param("file")
	contentType, known := staticTypes[name]
	if !known {
		return refusal.PathNotFound
	}
	content, err := staticFiles.ReadFile("static/" + name)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	header := e.Response().Header()
	header.Set(echo.HeaderContentType, contentType)
	header.Set(echo.HeaderCacheControl, "no-cache")
	header.Set("ETag", `"`+base64.RawURLEncoding.EncodeToString(sum[:16])+`"`)
	http.ServeContent(e.Response(), e.Request(), "", time.Time{}, bytes.NewReader(content))
	return nil
}
