package middleware

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"meet-external-api/refusal"
)

func normalizedPath(t *testing.T, asked *url.URL) string {
	t.Helper()
	served := echo.New().NewContext(&http.Request{URL: asked}, httptest.NewRecorder())
	require.NoError(t, Path(func(echo.Context) error { return nil })(served))
	return asked.RawPath
}

// Every spelling of a path that needs no encoding is one path, and what needs it stays encoded.
func TestPath(t *testing.T) {
	t.Parallel()
	for character := range 256 {
		encoded := fmt.Sprintf("/a%%%02Xb", character)
		want := encoded + "/"
		if strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", byte(character)) >= 0 {
			want = "/a" + string(rune(character)) + "b/"
		}
		for _, spelling := range []string{encoded, encoded + "/", fmt.Sprintf("/a%%%02xb", character)} {
			asked, err := url.ParseRequestURI(spelling)
			require.NoError(t, err)
			require.Equal(t, strings.ToLower(want), strings.ToLower(normalizedPath(t, asked)))
		}
	}
}

// A segment is not left out, as the id of a room.
func TestPathWithAnEmptySegment(t *testing.T) {
	t.Parallel()
	for _, asked := range []string{"//", "//rooms/", "/rooms//", "/rooms//grant-access/"} {
		served := echo.New().NewContext(&http.Request{URL: &url.URL{Path: asked}}, httptest.NewRecorder())
		require.ErrorIs(t, Path(func(echo.Context) error { return nil })(served), refusal.PathNotFound, asked)
	}
}

// FuzzPath: a path keeps its meaning and its slashes, has one at its end, and does not change again.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{"/", "*", "", "//", "/%72ooms", "/a%2fb", "/%2572", "/%25%37%32", "/\u00e9", "/a%", "/%C3%A9", "/%00", "/a;b=c,d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		asked, err := url.ParseRequestURI(path)
		if err != nil || asked.Host != "" || asked.Opaque != "" || strings.Contains(asked.EscapedPath(), "//") {
			return
		}
		meant, slashes := strings.TrimSuffix(asked.Path, "/"), strings.Count(asked.EscapedPath(), "/")
		normalized := normalizedPath(t, asked)
		require.Equal(t, meant+"/", asked.Path)
		decoded, err := url.PathUnescape(normalized)
		require.NoError(t, err)
		require.Equal(t, asked.Path, decoded)
		require.LessOrEqual(t, strings.Count(normalized, "/")-slashes, 1)
		require.True(t, strings.HasSuffix(normalized, "/"))
		require.Equal(t, normalized, normalizedPath(t, asked))
	})
}
