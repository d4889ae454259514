package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/auth/assertion"
	"meet-external-api/auth/introspection"
	"meet-external-api/auth/ratelimit"
	"meet-external-api/auth/secret"
	"meet-external-api/auth/token"
	"meet-external-api/db"
	"meet-external-api/generated"
	"meet-external-api/google"
	"meet-external-api/handlers"
	"meet-external-api/livekit"
	"meet-external-api/middleware"
)

// requestTimeout bounds what a request asks of the database and the OpenID provider together.
func (s settings) requestTimeout() time.Duration {
	if !s.asksProvider() {
		return db.Timeout
	}
	return db.Timeout + s.introspection.Timeout
}

// dependencies are what the settings alone can make: nothing in them has called another server yet.
type dependencies struct {
	settings
	log           *slog.Logger
	tokens        *token.Issuer               // nil: there are no applications
	addonTokens   *token.Verifier             // nil: those of add-ons are not taken
	introspector  *introspection.Introspector // nil: no OpenID provider is asked
	livekitClient *livekit.Client             // nil: there is no LiveKit
	rateLimits    *ratelimit.Limiter
	roomsDeleted  chan struct{} // wakes the roomCloser
	traces        *tracing      // nil: there are none
	// faults are those that requests to a sandbox can have, and introduce says how to use it when it is ready; nil: this is none.
	faults    *middleware.Faults
	introduce func(context.Context) error
}

// newDependencies makes them. Its error joins findings: every setting that they do not take, but for what follows from a setting that is
// at fault already. What could be made must be closed then too.
func newDependencies(s settings, log *slog.Logger) (dependencies, error) {
	d := dependencies{settings: s, log: log, roomsDeleted: make(chan struct{}, 1)}
	s.token.Now, s.addonToken.Now, s.introspection.Now = time.Now, time.Now, time.Now
	s.introspection.Log, s.livekit.Log, s.limits.Log = log, log, log
	if s.tracing.endpoint() != nil {
		d.traces = newTracing(s.tracing, log)
	}
	s.introspection.Around, s.livekit.Around = d.traces.transport, d.traces.transport
	var faults []*finding
	if s.applications && s.token.Key == nil && !s.faulty["APPLICATION_JWT_SECRET_KEY"] {
		faults = append(faults, aboutSetting(codeMissing, "APPLICATION_JWT_SECRET_KEY", "APPLICATION_ENABLED, which is true unless it is set, needs it"))
	}
	if s.readDatabaseURL != "" && s.databaseURL == "" && !slices.ContainsFunc(databaseSettings, func(name string) bool { return s.faulty[name] }) {
		faults = append(faults, aboutSetting(codeMissing, "EXTERNAL_API_READ_DATABASE_URL", "it makes sense only with DATABASE_URL or DB_HOST, which are "+
			"missing: the embedded database has no standby"))
	}
	for _, part := range []struct {
		wanted bool
		// from are the settings that it is made of; the first one is named where it cannot be made, unless its error names one.
		from []string
		make func() error
	}{
		{true, []string{"REDIS_URL", "EXTERNAL_API_REDIS_MODE"},
			func() (err error) { d.rateLimits, err = ratelimit.New(s.limits); return err }},
		{s.applications && s.token.Key != nil, []string{"APPLICATION_JWT_SECRET_KEY", "EXTERNAL_API_JWT_VERIFICATION_KEYS", "APPLICATION_JWT_ALG"},
			func() (err error) { d.tokens, err = token.NewIssuer(s.token); return err }},
		{s.addons && s.addonToken.Key != nil, []string{"ADDONS_TOKEN_SECRET_KEY", "ADDONS_TOKEN_ALG"},
			func() (err error) { d.addonTokens, err = token.NewVerifier(s.addonToken); return err }},
		{s.asksProvider(), []string{"OIDC_OP_URL", "OIDC_OP_JWKS_ENDPOINT", "OIDC_RS_PRIVATE_KEY_STR", "OIDC_PROXY"},
			func() (err error) {
				s.introspection.Check, s.introspection.CountFailure = d.rateLimits.CheckBearer, d.rateLimits.CountBearerFailure
				d.introspector, err = introspection.New(s.introspection)
				return err
			}},
		{s.livekit.URL != "", []string{"LIVEKIT_API_URL"},
			func() (err error) { d.livekitClient, err = livekit.New(s.livekit); return err }},
		{s.auditFile() != "", []string{"EXTERNAL_API_AUDIT_LOG"}, func() error { return tryAuditFile(s.auditFile()) }},
	} {
		if !part.wanted || slices.ContainsFunc(part.from, func(name string) bool { return s.faulty[name] }) {
			continue
		}
		if err := part.make(); err != nil {
			faults = append(faults, aboutSetting(codeInvalid, settingOf(err, part.from), err.Error()))
		}
	}
	return d, asError(faults)
}

// settingOf is the setting that an error is about.
func settingOf(err error, from []string) string {
	if unfit := (*token.VerificationKeysError)(nil); errors.As(err, &unfit) {
		return "EXTERNAL_API_JWT_VERIFICATION_KEYS"
	}
	if named := settingName.FindString(err.Error()); named != "" {
		return named
	}
	return from[0]
}

var settingName = regexp.MustCompile(`\bOIDC_[A-Z_]+`)

// close waits for the updates of LiveKit's rooms that are pending, ends the connections to Redis, and sends the last traces.
func (d dependencies) close() {
	if d.livekitClient != nil {
		d.livekitClient.Close()
	}
	if d.rateLimits != nil {
		_ = d.rateLimits.Close()
	}
	d.traces.close()
}

// newServer makes the HTTP server of the API. Its readiness probe succeeds while ready returns nil.
func newServer(d dependencies, store *db.DB, secrets *secret.Checker, recorder *audit.Recorder, m metrics, ready func(context.Context) error) (*http.Server, error) {
	handler, err := newHandler(d, store, secrets, recorder, m, ready)
	if err != nil {
		return nil, err
	}
	return d.newHTTPServer(d.traces.around(handler)), nil
}

// newHTTPServer makes a server with the bounds that each of them has.
func (d dependencies) newHTTPServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      d.requestTimeout() + 20*time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ConnContext:       bufferAnswers,
		// OPTIONS * is an unknown path here.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(d.log.Handler(), slog.LevelWarn),
	}
}

// answerBuffer is what the kernel keeps of answers that the caller has not read yet, in bytes: more than most of them have, so that a
// slow caller does not keep the memory of a request in use. Linux may have a lower bound, net.core.wmem_max.
const answerBuffer = 256 << 10

func bufferAnswers(ctx context.Context, conn net.Conn) context.Context {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(answerBuffer)
	}
	return ctx
}

// newHandler is the way of a request: the middleware around every request, the table of paths, and for each operation of openapi.yaml
// authentication, scope, validation and its handler.
func newHandler(d dependencies, store *db.DB, secrets *secret.Checker, recorder *audit.Recorder, m metrics, ready func(context.Context) error) (*echo.Echo, error) {
	specification, err := apiSpecification()
	if err != nil {
		return nil, err
	}
	authenticator := newAuthenticator(d, store)
	checkCaller := func(ctx context.Context, principal auth.Principal) error {
		return store.CheckCaller(ctx, handlers.NewCaller(principal))
	}
	options := middleware.Options{
		Applications: d.applications, Channel: audit.ExternalAPI, Record: recorder.Record, Tokens: m.tokens, Faults: d.faults,
		Bearer: map[string]func(string) echo.MiddlewareFunc{
			"BearerAuth": func(scope string) echo.MiddlewareFunc {
				return middleware.Authenticate(authenticator, checkCaller, scope)
			},
		},
	}
	operations, err := middleware.Operations(specification.T, options)
	if err != nil {
		return nil, err
	}
	api, err := newAPI(d, store, secrets, recorder)
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.HTTPErrorHandler = handleError
	e.JSONSerializer = middleware.JSON{}
	e.IPExtractor = middleware.AddressExtractor(d.trustedProxies)
	e.Pre(middleware.RequestID, m.requests.Of("api"), middleware.Log(d.log), middleware.Trace, middleware.Recover,
		middleware.Deadline(d.requestTimeout()), middleware.LimitBody, middleware.ShareBodyMemory(), middleware.Path, middleware.Origin(d.publicURL, d.trustedProxies), google.CustomMethods)
	e.Use(middleware.CORS(d.allowsOrigin()))

	document, err := handlers.NewSpecification(specification, handlers.BasePath)
	if err != nil {
		return nil, err
	}
	docs, err := handlers.NewDocs(documentation, handlers.BasePath)
	if err != nil {
		return nil, err
	}
	paths := router{e}
	metadata := d.enabled && d.applications
	for _, route := range []struct {
		served  bool
		path    string
		handler echo.HandlerFunc
	}{
		{true, "/__lbheartbeat__", handlers.Live},
		{true, "/__heartbeat__", handlers.Ready(ready)},
		{true, "/__version__", handlers.Version{Version: version, Commit: buildOf().Commit, Source: source, Build: build}.Show},
		{d.enabled, handlers.BasePath + "/openapi.yaml", document.YAML},
		{d.enabled, handlers.BasePath + "/openapi.json", document.JSON},
		{d.enabled, handlers.BasePath + "/docs", docs.Start},
		{d.enabled, handlers.BasePath + "/docs/:file", docs.File},
		{metadata, handlers.MetadataPath, api.MetadataOf("")},
		{metadata, handlers.MetadataPath + handlers.BasePath, api.MetadataOf(handlers.BasePath)},
		// May be the same as one of the two above.
		{metadata, handlers.MetadataPath + api.IssuerPath(), api.MetadataOf(api.IssuerPath())},
	} {
		if route.served {
			paths.GET(route.path, route.handler)
		}
	}
	if d.enabled {
		generated.RegisterHandlersWithOptions(paths, generated.NewStrictHandler(api, nil), generated.RegisterHandlersOptions{
			BaseURL: handlers.BasePath, OperationMiddlewares: operations,
		})
		if err := mountGoogleAPI(e, options, api); err != nil {
			return nil, err
		}
	}
	m.requests.Expect("api", slices.DeleteFunc(e.Routes(), func(route *echo.Route) bool {
		return !strings.HasPrefix(route.Path, handlers.BasePath) && !strings.HasPrefix(route.Path, google.BasePath)
	}))
	return e, nil
}

// newSecrets makes what tells right client secrets from wrong ones.
func newSecrets(store *db.DB) *secret.Checker {
	return secret.NewChecker(secret.CheckerOptions{
		StoredHashes: store.SecretHashes,
		// The core that is left serves everything else, except beside Argon2, which takes one for each of its lanes.
		SlowHashes: runtime.GOMAXPROCS(0) - 1, Now: time.Now,
	})
}

// newPasswords makes what tells right passwords of operators from wrong ones. It has a queue of its own, of one slow hash at a time: a flood
// of client secrets keeps no operator out, and one of passwords no client.
func newPasswords(store *db.DB) *secret.Checker {
	return secret.NewChecker(secret.CheckerOptions{StoredHashes: store.OperatorHashes, SlowHashes: 1, Now: time.Now})
}

// newAPI makes the handlers of the operations.
func newAPI(d dependencies, store *db.DB, secrets *secret.Checker, recorder *audit.Recorder) (*handlers.API, error) {
	assertions, err := assertion.NewVerifier()
	if err != nil {
		return nil, err
	}
	return &handlers.API{
		Store: store, Tokens: d.tokens, Secrets: secrets, Assertions: assertions, Limits: d.rateLimits, Audit: recorder,
		LiveKit: d.livekitClient, Deleted: d.wakeRoomCloser, Settings: d.answers, Log: d.log,
	}, nil
}

// newAuthenticator tries the kinds of bearer tokens in the order of docs/contract.md, "Bearer authentication of /rooms".
func newAuthenticator(d dependencies, store *db.DB) auth.Authenticator {
	chain := auth.Chain{ScopesPrefix: d.scopesPrefix}
	if d.tokens != nil {
		chain.Authenticators = append(chain.Authenticators, token.Applications{Verifier: d.tokens.Verifier})
	}
	if d.addonTokens != nil {
		chain.Authenticators = append(chain.Authenticators, token.Addons{Verifier: d.addonTokens})
	}
	if d.introspector != nil {
		chain.Authenticators = append(chain.Authenticators, introspection.Authenticator{
			Introspector: d.introspector,
			UserBySub: func(ctx context.Context, sub string) (string, error) {
				return store.UserBySub(ctx, handlers.SourceOf(ctx, "", ""), sub, d.createOIDCUsers)
			},
			// Also where these tokens are switched off here: Meet takes them.
			OwnIssuers: []string{d.token.Issuer, d.addonToken.Issuer},
		})
	}
	return chain
}
