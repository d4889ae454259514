package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"meet-external-api/audit"
	"meet-external-api/auth/secret"
	"meet-external-api/db"
	"meet-external-api/middleware"
	"meet-external-api/operator/console"
	"meet-external-api/refusal"
)

// defaultOperationsListen is where operators are listened to unless they say where (docs/contract.md, "Beside the API").
const defaultOperationsListen = "127.0.0.1:9090"

// listenForOperators opens the listener of the console, the operators' API and the metrics; nil where there is none. Where nobody
// has set its address, one that is taken is no reason not to serve: several servers can run on one machine.
func listenForOperators(ctx context.Context, address string, isSet bool, log *slog.Logger) (net.Listener, error) {
	if address == noListener {
		return nil, nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	switch {
	case err == nil:
	case !isSet:
		log.Warn("there is no console and no metrics: their address is taken, set EXTERNAL_API_OPERATIONS_LISTEN to another one, or to none", "error", err)
		err = nil
	default:
		err = fmt.Errorf("EXTERNAL_API_OPERATIONS_LISTEN: %w", err)
	}
	return listener, err
}

// serveOperators answers operators until server is shut down.
func serveOperators(server *http.Server, listener net.Listener) error {
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving operators: %w", err)
	}
	return nil
}

// newOperationsServer makes the server of what is for operators alone. A server that has no listener for it is made nonetheless.
func newOperationsServer(d dependencies, store *db.DB, passwords *secret.Checker, recorder *audit.Recorder, m metrics, p profiles) (*http.Server, error) {
	service := newOperator(d.settings, store)
	service.Passwords, service.Limits, service.Audit = passwords, d.rateLimits, recorder
	pages := &console.Console{Service: service, Log: d.log, URL: d.consoleURL, Provider: d.traces.transport(http.DefaultTransport)}
	if d.consoleOIDC.Issuer != "" {
		pages.OIDC = &d.consoleOIDC
	}
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		if console.Serves(c.Request()) {
			pages.HandleError(err, c)
			return
		}
		middleware.HandleError(err, c)
	}
	e.JSONSerializer = middleware.JSON{}
	e.IPExtractor = middleware.AddressExtractor(d.trustedProxies)
	e.Pre(middleware.RequestID, m.requests.Of("operations"), middleware.Log(d.log), middleware.Trace, middleware.Recover,
		unlessProfile(middleware.Deadline(d.requestTimeout())), middleware.LimitBody, middleware.Path, middleware.Origin(d.consoleURL, d.trustedProxies), pages.Protect)
	pages.Register(e)
	if err := mountOperatorAPI(e, d, service); err != nil {
		return nil, err
	}
	paths := router{e}
	paths.GET("/", func(c echo.Context) error { return c.Redirect(http.StatusFound, console.Path+"/") })
	paths.GET("/metrics", m.handler(), d.ownHost)
	p.register(paths, d.ownHost)
	return d.newHTTPServer(d.traces.around(e)), nil
}

// ownHost keeps a listener on the loopback interface to this machine, whatever it shows without asking who is there: the browser of somebody
// who works on it would let a page of any site read that, if the name of the site led here (DNS rebinding). What is reached from
// elsewhere is for the network to keep.
func (d dependencies) ownHost(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		local, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
		name := (&url.URL{Host: r.Host}).Hostname()
		_, notAddress := netip.ParseAddr(name)
		if local != nil && local.IP.IsLoopback() && notAddress != nil && !strings.EqualFold(name, "localhost") &&
			(d.consoleURL == nil || !strings.EqualFold(name, d.consoleURL.Hostname())) {
			return refusal.ForeignHost
		}
		return next(c)
	}
}
