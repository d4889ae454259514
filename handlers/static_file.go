package handlers

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// staticFile is an answer that is made once: as it is, and compressed, each under its ETag.
type staticFile struct {
	contentType       string
	plain, compressed taggedBody
}

// taggedBody is a body under a strong ETag (RFC 9110, section 8.8.3).
type taggedBody struct {
	bytes []byte
	etag  string
}

func newTaggedBody(body []byte) taggedBody {
	sum := sha256.Sum256(body)
	return taggedBody{bytes: body, etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`}
}

func newStaticFile(contentType string, plain []byte) (staticFile, error) {
	var compressed bytes.Buffer
	writer := gzip.NewWriter(&compressed)
	if _, err := writer.Write(plain); err != nil {
		return staticFile{}, fmt.Errorf("compressing a file: %w", err)
	}
	if err := writer.Close(); err != nil {
		return staticFile{}, fmt.Errorf("compressing a file: %w", err)
	}
	return staticFile{contentType: contentType, plain: newTaggedBody(plain), compressed: newTaggedBody(compressed.Bytes())}, nil
}

// answer sends the file, or 304 where the caller has it (RFC 9110, section 13.1.2).
func (f staticFile) answer(c echo.Context) error {
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, f.contentType)
	header.Set(echo.HeaderVary, echo.HeaderAcceptEncoding)
	body := f.plain
	if acceptsGzip(c.Request().Header.Get(echo.HeaderAcceptEncoding)) {
		body = f.compressed
		header.Set(echo.HeaderContentEncoding, "gzip")
	}
	header.Set("ETag", body.etag)
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(body.bytes))
	return nil
}

// acceptsGzip reads Accept-Encoding (RFC 9110, section 12.5.3), of which a weight of 0 says no.
func acceptsGzip(accepted string) bool {
	for coding := range strings.SplitSeq(accepted, ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(coding, " ", ""), ";q=")
		if strings.EqualFold(name, "gzip") {
			return strings.Trim(weight, "0.") != "" || weight == ""
		}
	}
	return false
}
