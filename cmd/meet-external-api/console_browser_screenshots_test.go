package main

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestScreenshots makes the pictures of docs/applications.md, for tools/screenshots.sh: in the directory that SCREENSHOTS names, from a
// server that has been in use for a day.
func TestScreenshots(t *testing.T) {
	t.Parallel()
	if os.Getenv("SCREENSHOTS") == "" {
		t.Skip("SCREENSHOTS names no directory")
	}
	s := start(t, map[string]string{"EXTERNAL_API_PUBLIC_URL": "https://meet.example.org"})
	s.user("ada@example.com")
	calendar := s.application("--name=Calendar", "--domain=example.com", "--domain=example.org", "--scope=rooms:list", "--scope=rooms:create")
	s.application("--name=Learning platform", "--any-domain", "--scope=rooms:create")
	old := s.application("--name=Old intranet", "--domain=example.net", "--scope=rooms:list")
	s.cli("application", "disable", old.ID)
	s.cli("application", "rotate-secret", calendar.ID, "--overlap=7d")
	token := s.token(calendar, "ada@example.com")
	for range 3 {
		require.Equal(t, 201, s.post(roomsPath, map[string]any{}, bearer(token)).status)
	}
	s.post(tokenPath, tokenRequest(calendar, map[string]any{"scope": "grace@example.net"}))
	s.post(tokenPath, tokenRequest(calendar, map[string]any{"scope": "ada@example.com", "client_secret": "mistyped"}))
	s.sql(`insert into external_api.token_count (client_id, hour, reason, count)
		select $1, date_trunc('hour', now()) - h * interval '1 hour', reason, n
		from generate_series(1, 22) h, lateral (values ('', 40 + 30 * sin(h / 3.8) + h * 7 % 11), ('domain_not_allowed', h * 5 % 7)) counts (reason, n) where n > 0`, calendar.ID)
	s.sql(`update external_api.secret set last_used_at = now() where application_id = $1`, calendar.UUID)

	c := signedIn(t, s)
	c.screenshot("applications")
	c.press("Calendar")
	c.fill("E-mail address", "grace@example.net")
	c.press("Ask")
	c.comesToShow("wrong_secret")
	c.screenshot("application")
	c.press("Audit trail")
	c.screenshot("audit")
	c.press("Applications")
	c.press("Register an application")
	c.fill("Name", "Booking page")
	c.click("#scope-rooms\\:create")
	c.click("#scope-rooms\\:delete")
	c.fill("Domains of e-mail addresses", "example.com")
	c.screenshot("register")
	c.press("Register")
	c.screenshot("secret")
}

// screenshot leaves a picture of the whole page in the directory that SCREENSHOTS names; without it, none.
func (b *browser) screenshot(name string) {
	b.t.Helper()
	directory := os.Getenv("SCREENSHOTS")
	if directory == "" {
		return
	}
	picture := b.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true})["data"].(string)
	decoded, err := base64.StdEncoding.DecodeString(picture)
	require.NoError(b.t, err)
	whole, err := png.Decode(bytes.NewReader(decoded))
	require.NoError(b.t, err)
	var file bytes.Buffer
	require.NoError(b.t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&file, inFewColours(whole)))
	require.NoError(b.t, os.WriteFile(filepath.Join(directory, name+".png"), file.Bytes(), 0o600))
}

// inFewColours is the picture in the colours that it has most of, in a third of the bytes: a page has few, and the edges of its letters.
func inFewColours(whole image.Image) image.Image {
	counts := map[color.Color]int{}
	bounds := whole.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			counts[whole.At(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(counts), func(a, b color.Color) int { return cmp.Compare(counts[b], counts[a]) })
	few := image.NewPaletted(bounds, colours[:min(len(colours), 256)])
	nearest := map[color.Color]uint8{}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			colour := whole.At(x, y)
			index, known := nearest[colour]
			if !known {
				index = uint8(few.Palette.Index(colour))
				nearest[colour] = index
			}
			few.SetColorIndex(x, y, index)
		}
	}
	return few
}
