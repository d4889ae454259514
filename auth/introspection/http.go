package introspection

import (
	"crypto/tls"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"
)

const maxAnswerLength = 64 << 10 // in bytes

func newHTTPClient(o Options) *http.Client {
	proxy := http.ProxyFromEnvironment
	if o.Proxy != nil {
		proxy = http.ProxyURL(o.Proxy)
	}
	var transport http.RoundTripper = &http.Transport{
		Proxy:                  proxy,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    32,
		IdleConnTimeout:        time.Minute,
		MaxResponseHeaderBytes: maxAnswerLength,
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			InsecureSkipVerify: o.InsecureTLS, //nolint:gosec // the operator asks for it
		},
	}
	if o.Around != nil {
		transport = o.Around(transport)
	}
	return &http.Client{
		Transport: transport,
		// A redirect would carry our secret and the token elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// statusError is the status of an answer that is not 200.
type statusError int

func (s statusError) Error() string { return fmt.Sprintf("the answer has the status %d", int(s)) }

// fetch returns the body of an answer with status 200, of 64 KiB at most, and its media type without parameters; empty where that
// cannot be read.
func fetch(client *http.Client, request *http.Request, accept string) (body []byte, mediaType string, err error) {
	request.Header.Set("Accept", accept)
	response, err := client.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, "", statusError(response.StatusCode)
	}
	body, err = io.ReadAll(http.MaxBytesReader(nil, response.Body, maxAnswerLength))
	if err != nil {
		return nil, "", fmt.Errorf("reading the answer: %w", err)
	}
	mediaType, _, err = mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil {
		mediaType = ""
	}
	return body, mediaType, nil
}
