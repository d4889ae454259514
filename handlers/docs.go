package handlers

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"sync"

	"github.com/labstack/echo/v4"
	swaggerui "github.com/swaggest/swgui/v5/static"

	"meet-external-api/refusal"
)

//go:embed docs
var docs embed.FS

// docsPolicy lets the page load and ask nothing but this server. Swagger UI sets styles inline and draws from data URLs.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const docsPage = "index.html"

// docsFiles are the files of the page, with their media types: this project's own, and what they load of Swagger UI.
var docsFiles = map[string]string{
	docsPage:               "text/html; charset=utf-8",
	"docs.js":              "text/javascript; charset=utf-8",
	"swagger-ui.css":       "text/css; charset=utf-8",
	"swagger-ui-bundle.js": "text/javascript; charset=utf-8",
	"favicon-32x32.png":    "image/png",
}

// readDocs reads and compresses the page and the files that it loads, the first time that somebody asks: most servers are never asked.
var readDocs = sync.OnceValues(func() (map[string]staticFile, error) {
	files := map[string]staticFile{}
	for name, contentType := range docsFiles {
		content, err := readDocsFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the page of the documentation: %w", err)
		}
		if files[name], err = newStaticFile(contentType, content); err != nil {
			return nil, err
		}
	}
	return files, nil
})

// readDocsFile reads a file of this project or else of Swagger UI, whose library holds most of them compressed.
func readDocsFile(name string) ([]byte, error) {
	if own, err := docs.ReadFile("docs/" + name); err == nil {
		return own, nil
	}
	compressed, err := swaggerui.FS.ReadFile(name + ".gz")
	if err != nil {
		return swaggerui.FS.ReadFile(name)
	}
	reader, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}

// DocsPage answers the page on which a caller reads the API and tries it (docs/contract.md, "Beside the API"). All of it is built into
// the program.
func DocsPage(c echo.Context) error {
	files, err := readDocs()
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentSecurityPolicy, docsPolicy)
	return files[docsPage].answer(c)
}

// DocsFile answers a file that the page loads.
func DocsFile(c echo.Context) error {
	files, err := readDocs()
	if err != nil {
		return err
	}
	name := c.Param("file")
	file, ok := files[name]
	if !ok || name == docsPage {
		return refusal.PathNotFound
	}
	return file.answer(c)
}
