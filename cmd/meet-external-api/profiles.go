package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime/pprof"
	"runtime/trace"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"meet-external-api/refusal"
)

const (
	// profilesPath is where `go tool pprof` and `go tool trace` look for profiles (package net/http/pprof, which cannot be imported
	// without having them served to whoever serves http.DefaultServeMux, and shows the command line).
	profilesPath = "/debug/pprof"
	// profileSeconds is how long a profile of what goes on is taken unless the request says how long, and maxProfileSeconds at most.
	profileSeconds    = 30
	maxProfileSeconds = 60
	// profileMargin is how long sending it may take.
	profileMargin = 20 * time.Second
)

// profiles answers with profiles of this process. Those that take their time end early when stop is closed.
type profiles struct{ stop <-chan struct{} }

func (p profiles) register(paths router, around ...echo.MiddlewareFunc) {
	paths.GET(profilesPath, p.list, around...)
	paths.GET(profilesPath+"/profile", p.during(pprof.StartCPUProfile, pprof.StopCPUProfile), around...)
	paths.GET(profilesPath+"/trace", p.during(trace.Start, trace.Stop), around...)
	paths.GET(profilesPath+"/:name", p.snapshot, around...)
}

// list names the profiles.
func (profiles) list(c echo.Context) error {
	names := []string{"profile", "trace"}
	for _, profile := range pprof.Profiles() {
		names = append(names, profile.Name())
	}
	return c.String(http.StatusOK, strings.Join(names, "\n")+"\n")
}

// snapshot is a profile of what there is, such as the heap; with `debug=1` as text.
func (profiles) snapshot(c echo.Context) error {
	profile := pprof.Lookup(c.Param("name"))
	if profile == nil {
		return refusal.PathNotFound
	}
	debug, _ := strconv.Atoi(c.QueryParam("debug"))
	kind := echo.MIMEOctetStream
	if debug > 0 {
		kind = echo.MIMETextPlainCharsetUTF8
	}
	c.Response().Header().Set(echo.HeaderContentType, kind)
	return profile.WriteTo(c.Response(), debug)
}

// unlessProfile leaves a middleware out for profiles.
func unlessProfile(m echo.MiddlewareFunc) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		with := m(next)
		return func(c echo.Context) error {
			if strings.HasPrefix(c.Request().URL.Path, profilesPath+"/") {
				return next(c)
			}
			return with(c)
		}
	}
}

// during is a profile of what goes on for `seconds`. There is one of a kind at a time.
func (p profiles) during(start func(io.Writer) error, end func()) echo.HandlerFunc {
	return func(c echo.Context) error {
		seconds := profileSeconds
		if text := c.QueryParam("seconds"); text != "" {
			given, err := strconv.Atoi(text)
			if err != nil || given < 1 || given > maxProfileSeconds {
				return refusal.Fields(map[string][]string{"seconds": {fmt.Sprintf("Give 1 to %d.", maxProfileSeconds)}})
			}
			seconds = given
		}
		if c.Request().Method == http.MethodHead {
			return c.NoContent(http.StatusOK)
		}
		wait := time.Duration(seconds) * time.Second
		// Its answer takes longer than any other one may.
		_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(wait + profileMargin)) // without it, it is cut
		c.Response().Header().Set(echo.HeaderContentType, echo.MIMEOctetStream)
		if err := start(c.Response()); err != nil {
			return refusal.ProfileRunning.Because("%w", err)
		}
		defer end()
		ctx, cancel := context.WithTimeout(c.Request().Context(), wait)
		defer cancel()
		select {
		case <-ctx.Done():
		case <-p.stop:
		}
		return nil
	}
}
