package handlers

import (
	"bytes"
	"fmt"

	"github.com/labstack/echo/v4"
	"github.com/maypok86/otter/v2"

	"meet-external-api/auth"
)

// servedFiles are answers that name this server, each as the caller reached it. What was made is kept, by the bytes that it takes: a caller
// may make names of servers up.
type servedFiles struct {
	basePath string
	made     *otter.Cache[servedFile, staticFile]
}

type servedFile struct{ name, server string }

// maxMade is how many bytes of answers are kept.
const maxMade = 8 << 20

func newServedFiles(basePath string) (servedFiles, error) {
	made, err := otter.New(&otter.Options[servedFile, staticFile]{
		MaximumWeight: maxMade,
		Weigher: func(_ servedFile, file staticFile) uint32 {
			return uint32(len(file.plain.bytes) + len(file.compressed.bytes)) //nolint:gosec // files of this program are small
		},
	})
	if err != nil {
		return servedFiles{}, fmt.Errorf("making the cache of files that name this server: %w", err)
	}
	return servedFiles{basePath: basePath, made: made}, nil
}

// answer sends a file, with the URL of the API between its parts in that format of package fmt. One part alone is the same for everybody.
func (f servedFiles) answer(c echo.Context, name, contentType string, parts [][]byte, format string) error {
	server := ""
	if len(parts) > 1 {
		requested := auth.FromContext[auth.Origin](c.Request().Context()).URL
		server = requested.Scheme + "://" + requested.Host + f.basePath
	}
	key := servedFile{name, server}
	if file, known := f.made.GetIfPresent(key); known {
		return file.answer(c)
	}
	file, err := newStaticFile(contentType, bytes.Join(parts, fmt.Appendf(nil, format, server)))
	if err != nil {
		return err
	}
	f.made.Set(key, file)
	return file.answer(c)
}
