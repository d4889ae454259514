package handlers

import (
	"bytes"
	"sync"

	"github.com/labstack/echo/v4"

	"meet-external-api/reference"
	"meet-external-api/refusal"
)

// docsHeaders are those of the pages: they load and ask nothing but this server, stand in no frame, and tell nobody where a reader
// comes from.
var docsHeaders = map[string]string{
	echo.HeaderContentSecurityPolicy: "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"Cross-Origin-Opener-Policy": "same-origin",
	echo.HeaderReferrerPolicy:    "no-referrer",
	echo.HeaderXFrameOptions:     "DENY",
}

// Docs answers the pages on which a caller reads the API and tries it (docs/contract.md, "Beside the API"). All of it is built into the
// program.
type Docs struct {
	files servedFiles
	pages func() (map[string]docsFile, error)
}

// docsFile is a file between the places where it names the server.
type docsFile struct {
	contentType string
	parts       [][]byte
}

// NewDocs serves the pages that made returns, which is asked for the first time that somebody reads: most servers are never asked. The
// API is at basePath.
func NewDocs(made func() (reference.Files, error), basePath string) (*Docs, error) {
	files, err := newServedFiles(basePath)
	if err != nil {
		return nil, err
	}
	return &Docs{files: files, pages: sync.OnceValues(func() (map[string]docsFile, error) {
		pages, err := made()
		parted := map[string]docsFile{}
		for name, page := range pages {
			parted[name] = docsFile{page.ContentType, bytes.Split(page.Body, []byte(reference.Server))}
		}
		return parted, err
	})}, nil
}

// Start answers the first page.
func (d *Docs) Start(c echo.Context) error { return d.answer(c, "") }

// File answers another page, or what pages load.
func (d *Docs) File(c echo.Context) error { return d.answer(c, c.Param("file")) }

func (d *Docs) answer(c echo.Context, name string) error {
	pages, err := d.pages()
	if err != nil {
		return err
	}
	file, ok := pages[name]
	if !ok {
		return refusal.PathNotFound
	}
	if file.contentType == reference.HTML {
		for header, value := range docsHeaders {
			c.Response().Header().Set(header, value)
		}
	}
	return d.files.answer(c, name, file.contentType, file.parts, "%s")
}
