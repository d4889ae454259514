package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"github.com/labstack/echo/v4"

	"meet-external-api/audit"
	"meet-external-api/auth/secret"
	"meet-external-api/db"
	"meet-external-api/middleware"
	"meet-external-api/operator/console"
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
func newOperationsServer(d dependencies, store *db.DB, passwords *secret.Checker, recorder *audit.Recorder, m metrics) (*http.Server, error) {
	service := newOperator(d.settings, store)
	service.Passwords, service.Limits, service.Audit = passwords, d.rateLimits, recorder
	pages := &console.Console{Service: service, Log: d.log, URL: d.consoleURL}
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
	e.Pre(middleware.RequestID, m.requests.Of("operations"), middleware.Log(d.log), middleware.Recover, middleware.Deadline(d.requestTimeout()),
		middleware.LimitBody, middleware.Path, middleware.Origin(d.consoleURL, d.trustedProxies), pages.Protect)
	pages.Register(e)
	if err := mountOperatorAPI(e, d, service); err != nil {
		return nil, err
	}
	paths := router{e}
	paths.GET("/", func(c echo.Context) error { return c.Redirect(http.StatusFound, console.Path+"/") })
	paths.GET("/metrics", m.handler())
	return d.newHTTPServer(e), nil
}
