package main

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"meet-external-api/auth/introspection"
	"meet-external-api/auth/jose"
	"meet-external-api/auth/ratelimit"
	"meet-external-api/auth/token"
	"meet-external-api/db"
	"meet-external-api/generated"
	"meet-external-api/handlers"
	"meet-external-api/livekit"
	"meet-external-api/operator/console"
)

// settings are the environment variables of the program, read. The table says what each of them is.
type settings struct {
	databaseURL       string // DATABASE_URL, or made of the DB_ settings; empty: the embedded database
	readDatabaseURL   string // empty: there is no read replica
	database          db.DSN // the DB_ settings
	migrate           bool
	data, postgresBin string

	enabled             bool
	listen              string
	publicURL           *url.URL
	trustedProxies      []netip.Prefix
	corsOrigins         []string
	corsPatterns        []*regexp.Regexp
	corsAll             bool
	drain               time.Duration
	logLevel, logFormat string
	answers             handlers.Settings

	applications, addons                        bool
	token, addonToken                           token.Options
	limits                                      ratelimit.Options
	clientIDLength, secretLength                int
	allowUserCreation, emailFallback, fixedSubs bool
	introspection                               introspection.Options
	introspectionBackend, scopesPrefix          string
	createOIDCUsers                             bool

	operationsListen    string // none: there is no listener
	operationsListenSet bool
	consoleURL          *url.URL
	consoleOIDC         console.OIDC
	auditRetentionDays  int
	auditLog            string

	telephonyEnabled, roomkitEnabled bool
	telephony                        handlers.Telephony
	livekit                          livekit.Options

	tracing tracingSettings
	sentry  sentrySettings

	// faulty are the settings at fault, from whose values nothing follows.
	faulty map[string]bool
	// hints are worth knowing, and keep nothing from starting.
	hints []*finding
}

// maxSecretLength leaves room for prefix and checksum in the 1,024 characters that a client may send.
const maxSecretLength = 1000

// settingGroup is a chapter of docs/settings.md: a heading, what it says first, and the settings.
type settingGroup struct {
	title, introduction string
	settings            []setting
}

// setting is a row of the table: the name of the variable, what it takes and where that goes, its default, and what
// docs/settings.md says of it besides.
type setting struct {
	name string
	kind
	byDefault, doc string
}

//go:generate go test -run=TestSettingsDocumented -update .

// table is every setting of the program: they are read by it, and `make generate` makes docs/settings.md of it.
func (s *settings) table() []settingGroup {
	return []settingGroup{
		{"Database", "Where there is neither `DATABASE_URL` nor `DB_HOST`, the program brings up a PostgreSQL of its own: the\n" +
			"embedded database, which is reached the same way whatever `PG…` variables are set. Beside a database that is named, the variables\n" +
			"of PostgreSQL's clients (`PGPASSFILE`, `PGSSLROOTCERT`, `PGOPTIONS` …) mean what libpq says, and one that is not followed here\n" +
			"(`PGSERVICE`, `PGTZ`, `PGREQUIRESSL`, `PGCHANNELBINDING` and the like) stops the start with its name.", []setting{
			{"DATABASE_URL", text(&s.databaseURL).secret(), "", "`postgres://user:password@host:5432/name` or keyword form; PostgreSQL 13 or later. " +
				"Without `sslmode`, the connection is encrypted where the server offers to."},
			{"DB_HOST", text(&s.database.Host).insteadOf("DATABASE_URL").needs("DB_NAME", "DB_USER"), "", ""},
			{"DB_PORT", port(&s.database.Port).insteadOf("DATABASE_URL").onlyWith("DB_HOST"), "5432", ""},
			{"DB_NAME", text(&s.database.Name).insteadOf("DATABASE_URL").onlyWith("DB_HOST"), "", ""},
			{"DB_USER", text(&s.database.User).insteadOf("DATABASE_URL").onlyWith("DB_HOST"), "", ""},
			{"DB_PASSWORD", text(&s.database.Password).secret().insteadOf("DATABASE_URL").onlyWith("DB_HOST"), "", ""},
			{"EXTERNAL_API_READ_DATABASE_URL", text(&s.readDatabaseURL).secret(), "", "a standby of that database, which answers lists and retrievals " +
				"where it lacks nothing: [operate.md](operate.md#a-read-replica)"},
			{"EXTERNAL_API_MIGRATE", boolean(&s.migrate), "true", "`serve` and the other commands apply pending migrations first"},
			{"EXTERNAL_API_DATA", text(&s.data), "./data", "the directory in which the embedded database lives; its PostgreSQL ends with the program, however that ends, and the program with it"},
			{"EXTERNAL_API_POSTGRES_BIN", text(&s.postgresBin), "", "the directory of `initdb` and `postgres` for the embedded database; " +
				"without it they are looked for"},
		}},
		{"The API", "", []setting{
			{"EXTERNAL_API_ENABLED", boolean(&s.enabled), "true", "`false`, Meet's default: every path of the API is 404"},
			{"EXTERNAL_API_LISTEN", parsed(&s.listen, "host:port, or :port for every address of this machine", parseListen), ":8080", ""},
			{"EXTERNAL_API_TRUSTED_PROXIES", parsed(&s.trustedProxies, "addresses or CIDRs like 10.0.0.0/8, separated by commas", parseNetworks),
				"", "whose `X-Forwarded-Proto`, `-Host` and `-For` count"},
			{"EXTERNAL_API_CORS_ORIGINS", parsed(&s.corsOrigins, "origins like https://example.org, without wildcards, separated by commas",
				parseOrigins), "", "of web pages that may call the API"},
			{"DJANGO_CORS_ALLOWED_ORIGINS", parsed(&s.corsOrigins, "origins like https://example.org, without wildcards, separated by commas",
				parseOrigins).insteadOf("EXTERNAL_API_CORS_ORIGINS"), "", ""},
			{"DJANGO_CORS_ALLOWED_ORIGIN_REGEXES", parsed(&s.corsPatterns, "regular expressions (RE2), separated by commas",
				parsePatterns).insteadOf("EXTERNAL_API_CORS_ORIGINS"), "", "fit origins that begin with what they say"},
			{"DJANGO_CORS_ALLOW_ALL_ORIGINS", boolean(&s.corsAll).insteadOf("EXTERNAL_API_CORS_ORIGINS"), "false", "any page may call the API"},
			{"EXTERNAL_API_PUBLIC_URL", parsed(&s.publicURL, absoluteURL, parseURL).and("scheme and host alone, like https://meet.example.org",
				isPublicURL), "", "what the links in answers begin with; without it, as a trusted proxy or the request says"},
			{"EXTERNAL_API_DEFAULT_ACCESS_LEVEL", choice(&s.answers.DefaultAccessLevel, string(generated.Public), string(generated.Trusted),
				string(generated.Restricted)), "trusted", "for rooms that are created without one"},
			{"EXTERNAL_API_ALLOW_PUBLIC_ACCESS", boolean(&s.answers.AllowPublicAccess), "false", "callers may create public rooms also where " +
				"that is not the default"},
			{"APPLICATION_BASE_URL", parsed(&s.answers.BaseURL, absoluteURL, parseURLText).and("a URL without user, query and fragment, "+
				"like https://meet.example.org", isBaseURL), "", "the address of Meet; rooms show a `url` with it"},
			{"EXTERNAL_API_DRAIN_SECONDS", seconds(&s.drain, 0, 3600), "5", "how long requests are still taken after SIGTERM"},
			{"EXTERNAL_API_LOG_LEVEL", choice(&s.logLevel, "debug", "info", "warn", "error"), "info", ""},
			{"LOGGING_LEVEL_LOGGERS_ROOT", parsed(&s.logLevel, "one of DEBUG, INFO, WARNING, ERROR, CRITICAL", parseLevel).
				insteadOf("EXTERNAL_API_LOG_LEVEL"), "", ""},
			{"EXTERNAL_API_LOG_FORMAT", choice(&s.logFormat, "json", "text"), "", "without it `text` on a terminal, else `json`"},
		}},
		{"Tokens", "", []setting{
			{"APPLICATION_ENABLED", boolean(&s.applications), "true", "`false`, Meet's default: the token endpoint is 404, and " +
				"its tokens are not accepted"},
			{"APPLICATION_JWT_SECRET_KEY", text(&s.token.Key).secret(), "", "needed unless `APPLICATION_ENABLED` is `false`. HS256 takes at least " +
				"32 bytes, HS384 48, HS512 64; all others a private key in PKCS #8 PEM; either also as a JWK."},
			{"EXTERNAL_API_JWT_VERIFICATION_KEYS", text(&s.token.VerificationKeys).secret(), "", "further keys that verify: JWK, JWK Set, PEM blocks, " +
				"or one shared secret. [keys.md](keys.md) changes keys with it."},
			{"APPLICATION_JWT_ALLOW_WEAK_KEY", boolean(&s.token.AllowWeakKey), "false", "takes a shared secret that is shorter, too"},
			{"APPLICATION_JWT_ALG", choice(&s.token.Algorithm, jose.Algorithms...), "HS256", ""},
			{"APPLICATION_JWT_ISSUER", text(&s.token.Issuer), "lasuite-meet", "`iss`. Where it is a URL, libraries find the metadata by it, at " +
				"`/.well-known/oauth-authorization-server` of its host with its path behind; else by the host, or by `/external-api/v1.0` on it."},
			{"APPLICATION_JWT_AUDIENCE", text(&s.token.Audience), "", "`aud`; without it tokens have none"},
			{"APPLICATION_JWT_EXPIRATION_SECONDS", seconds(&s.token.Lifetime, 1, 365*24*3600), "3600", "how long a token lives"},
			{"APPLICATION_JWT_TOKEN_TYPE", text(&s.answers.TokenType), "Bearer", "`token_type` in the answer"},
		}},
		{"Limits of the token endpoint", "What they count, and where: [credentials.md](credentials.md#limits).", []setting{
			{"EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE", number(&s.limits.RequestsPerMinute, "requests", 0, 1_000_000), "6000", "per application; " +
				"0: no limit"},
			{"EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE", number(&s.limits.FailuresPerMinute, "failures", 0, 1_000_000), "30", "per application and address of " +
				"the caller; 0: no limit"},
			{"REDIS_URL", text(&s.limits.RedisURL).secret(), "", "`redis://:password@host:6379/0`, or `rediss://`: limits are shared by all replicas; " +
				"without it each process counts on its own"},
			{"EXTERNAL_API_REDIS_MODE", choice(&s.limits.RedisMode, ratelimit.RedisSingle, ratelimit.RedisCluster, ratelimit.RedisSentinel).
				onlyWith("REDIS_URL"), "single", "what is at `REDIS_URL`: one server, [a cluster, or Sentinels](operate.md#redis)"},
		}},
		{"Applications and users", "With `APPLICATION_ALLOW_USER_CREATION` and `OIDC_FALLBACK_TO_EMAIL_FOR_IDENTIFICATION` at `true` and\n" +
			"`OIDC_USER_SUB_FIELD_IMMUTABLE` at `false`, a token request makes a user for an address that nobody has.", []setting{
			{"APPLICATION_CLIENT_ID_LENGTH", number(&s.clientIDLength, "characters", 20, 100), "40", "for applications that are registered here"},
			{"APPLICATION_CLIENT_SECRET_LENGTH", number(&s.secretLength, "characters", 43, maxSecretLength), "128", "for their secrets, which have a prefix " +
				"and a checksum as well"},
			{"APPLICATION_ALLOW_USER_CREATION", boolean(&s.allowUserCreation), "false", ""},
			{"OIDC_FALLBACK_TO_EMAIL_FOR_IDENTIFICATION", boolean(&s.emailFallback), "false", ""},
			{"OIDC_USER_SUB_FIELD_IMMUTABLE", boolean(&s.fixedSubs), "true", ""},
		}},
		{"Tokens of Meet's add-ons", "", []setting{
			{"ADDONS_ENABLED", boolean(&s.addons).needs("ADDONS_TOKEN_SECRET_KEY"), "false", "takes them"},
			{"ADDONS_TOKEN_SECRET_KEY", text(&s.addonToken.Key).secret(), "", "which Meet has for them"},
			{"ADDONS_TOKEN_ALG", choice(&s.addonToken.Algorithm, jose.Algorithms...), "HS256", "as Meet signs them"},
			{"ADDONS_TOKEN_ISSUER", text(&s.addonToken.Issuer), "lasuite-meet", "their `iss`"},
			{"ADDONS_TOKEN_AUDIENCE", text(&s.addonToken.Audience), "addons", "their `aud`"},
		}},
		{"Tokens of an OpenID provider", "With `OIDC_OP_URL`, `OIDC_OP_INTROSPECTION_ENDPOINT` and `OIDC_RS_CLIENT_SECRET`, all three, access\n" +
			"tokens of the provider are taken, by introspection (RFC 7662).", []setting{
			{"OIDC_OP_URL", text(&s.introspection.Issuer).needs("OIDC_OP_INTROSPECTION_ENDPOINT", "OIDC_RS_CLIENT_SECRET"), "", "the issuer; answers that name one must name this one"},
			{"OIDC_OP_INTROSPECTION_ENDPOINT", parsed(&s.introspection.Endpoint, absoluteURL, parseURLText).onlyWith("OIDC_OP_URL"), "", "where it is asked about tokens"},
			{"OIDC_RS_CLIENT_SECRET", text(&s.introspection.ClientSecret).secret().onlyWith("OIDC_OP_URL"), "", "of this server at the provider"},
			{"OIDC_RS_CLIENT_ID", text(&s.introspection.ClientID), "meet", "of this server at the provider"},
			{"OIDC_RS_SCOPES", parsed(&s.introspection.Scopes, "scopes, separated by commas", parseList), "lasuite_meet", "a token needs one of them"},
			{"OIDC_RS_SCOPES_PREFIX", text(&s.scopesPrefix), "", "with a colon behind it, taken off the scopes of every token"},
			{"OIDC_RS_AUDIENCE_CLAIM", text(&s.introspection.AudienceClaim), "client_id", "the claim that must not be empty"},
			{"EXTERNAL_API_OIDC_ALLOWED_AUDIENCES", parsed(&s.introspection.Audiences, "audiences, separated by commas", parseList).onlyWith("OIDC_OP_URL"), "",
				"what that claim may be; without it anything"},
			{"OIDC_RS_BACKEND", choice(&s.introspectionBackend, "json", "jwt"), "json", "`jwt`: signed and encrypted answers (RFC 9701), which " +
				"the next five are for"},
			{"OIDC_OP_JWKS_ENDPOINT", parsed(&s.introspection.JWKSEndpoint, absoluteURL, parseURLText), "", "the keys that verify them"},
			{"OIDC_RS_SIGNING_ALGO", text(&s.introspection.SigningAlgorithm), "ES256", "`alg` of the signature"},
			{"OIDC_RS_ENCRYPTION_ALGO", text(&s.introspection.EncryptionAlgorithm), "RSA-OAEP", "`alg` of the encryption"},
			{"OIDC_RS_ENCRYPTION_ENCODING", text(&s.introspection.EncryptionEncoding), "A256GCM", "`enc` of the encryption"},
			{"OIDC_RS_PRIVATE_KEY_STR", text(&s.introspection.PrivateKey).secret(), "", "decrypts them: PEM in PKCS #8, PKCS #1 or SEC 1"},
			{"EXTERNAL_API_OIDC_FAILURES_PER_MINUTE", number(&s.limits.BearerFailuresPerMinute, "failures", 0, 1_000_000), "600", "of tokens that do not count, " +
				"per address of the caller; 0: no limit"},
			{"OIDC_CREATE_USER", boolean(&s.createOIDCUsers), "true", "makes a user for a subject that nobody has"},
			{"OIDC_TIMEOUT", seconds(&s.introspection.Timeout, 1, 60), "5", "how many seconds a request waits for the provider, the 10 seconds " +
				"for the database aside"},
			{"OIDC_PROXY", parsed(&s.introspection.Proxy, absoluteURL, parseURL), "", "the HTTP proxy through which the provider is asked; " +
				"without it, as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say"},
			{"OIDC_VERIFY_SSL", inverse(&s.introspection.InsecureTLS), "true", "`false`: takes any certificate of the provider"},
		}},
		{"Operators", "The console, the operators' API and `/metrics` have a listener of their own, and nothing of it is on that of the API.", []setting{
			{"EXTERNAL_API_OPERATIONS_LISTEN", parsed(&s.operationsListen, "host:port, :port for every address of this machine, or none", parseListenOrNone),
				defaultOperationsListen, "where that is taken and nobody has set it, there is no such listener; nor with `none`"},
			{"EXTERNAL_API_CONSOLE_URL", parsed(&s.consoleURL, absoluteURL, parseURL).and("scheme and host alone, like https://console.example.org",
				isPublicURL), "", "where browsers reach the console"},
			{"EXTERNAL_API_CONSOLE_OIDC_ISSUER", parsed(&s.consoleOIDC.Issuer, absoluteURL, parseURLText).needs("EXTERNAL_API_CONSOLE_URL",
				"EXTERNAL_API_CONSOLE_OIDC_CLIENT_ID", "EXTERNAL_API_CONSOLE_OIDC_CLIENT_SECRET"), "",
				"the OpenID provider by which operators sign in too: that of Meet, whose subjects are in `meet_user.sub`"},
			{"EXTERNAL_API_CONSOLE_OIDC_CLIENT_ID", text(&s.consoleOIDC.ClientID).onlyWith("EXTERNAL_API_CONSOLE_OIDC_ISSUER"), "", "of the console at the provider"},
			{"EXTERNAL_API_CONSOLE_OIDC_CLIENT_SECRET", text(&s.consoleOIDC.ClientSecret).secret().onlyWith("EXTERNAL_API_CONSOLE_OIDC_ISSUER"), "", "of the console at the provider"},
			{"EXTERNAL_API_AUDIT_RETENTION_DAYS", number(&s.auditRetentionDays, "days", 1, 3650), "90", "how long the audit trail is kept"},
			{"EXTERNAL_API_AUDIT_LOG", parsed(&s.auditLog, "stdout, none, or the path of a file like ./audit.log", parseAuditLog), "stdout",
				"where each event of the audit trail is a line of JSON too, with the names of the Elastic Common Schema: `stdout`, that of `serve`, " +
					"unless it is a terminal; `none`; or the path of a file, to which the other commands append as well"},
		}},
		{"Telephony", "", []setting{
			{"ROOM_TELEPHONY_ENABLED", boolean(&s.telephonyEnabled), "false", "rooms show `telephony`, and new ones get a PIN"},
			{"ROOM_TELEPHONY_PHONE_NUMBER", parsed(&s.telephony.PhoneNumber, "", func(number string) (*string, bool) { return &number, true }), "",
				"shown as it is"},
			{"ROOM_TELEPHONY_DEFAULT_COUNTRY", text(&s.telephony.DefaultCountry), "US", "shown as it is"},
			{"ROOM_TELEPHONY_PIN_LENGTH", number(&s.answers.PINLength, "digits", 4, 100), "10", ""},
			{"ROOM_TELEPHONY_PIN_MAX_RETRIES", number(&s.answers.PINDraws, "PINs", 1, 100), "5", "how many PINs are tried until one is free"},
			{"ROOMKIT_ENABLED", boolean(&s.roomkitEnabled), "false", "new rooms get a PIN for it"},
		}},
		{"LiveKit", "With `LIVEKIT_API_URL`, LiveKit's rooms follow changes of their configuration and access level, and are closed when they are deleted or expire.", []setting{
			{"LIVEKIT_API_URL", text(&s.livekit.URL).needs("LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"), "", "http, https, ws or wss"},
			{"LIVEKIT_API_KEY", text(&s.livekit.Key).secret().onlyWith("LIVEKIT_API_URL"), "", "of an API key of LiveKit's, its name"},
			{"LIVEKIT_API_SECRET", text(&s.livekit.Secret).secret().onlyWith("LIVEKIT_API_URL"), "", "and its secret"},
			{"LIVEKIT_VERIFY_SSL", inverse(&s.livekit.InsecureTLS), "true", "`false`: takes any certificate of LiveKit"},
		}},
		s.telemetry(),
	}
}

// readSettings reads the environment by the table. Its error joins findings: every fault at once.
func readSettings(env map[string]string) (settings, error) {
	s := settings{faulty: map[string]bool{}}
	s.addonToken.AllowWeakKey = true // Meet makes the key, and knows no such rule
	var rows []setting
	for _, group := range s.table() {
		rows = append(rows, group.settings...)
	}
	var faults []*finding
	var ignored []string
	given := map[string]bool{}
	for _, row := range rows {
		if given[row.replaced] {
			if row.replaced == "DATABASE_URL" && (env[row.name] != "" || row.isSecret && env[row.name+"_FILE"] != "") {
				ignored = append(ignored, row.name)
			}
			continue
		}
		var fault *finding
		if given[row.name], fault = row.read(env); fault != nil {
			faults = append(faults, fault)
		}
	}
	if ignored != nil {
		s.hints = append(s.hints, aboutSetting(codeIgnored, "DATABASE_URL", "it names the database, and "+strings.Join(ignored, ", ")+
			" are not read"))
	}
	for _, row := range rows {
		faults = append(faults, row.missing(env, given)...)
	}
	s.operationsListenSet = given["EXTERNAL_API_OPERATIONS_LISTEN"]
	for _, fault := range faults {
		s.faulty[strings.TrimSuffix(fault.Setting, "_FILE")] = true
	}
	s.derive()
	return s, asError(append(faults, unknownSettings(env, rows)...))
}

// missing are the settings that are not there beside this one.
func (o setting) missing(env map[string]string, given map[string]bool) (faults []*finding) {
	on := given[o.name]
	if o.isOn != nil {
		on = o.isOn()
	}
	for _, name := range o.needed {
		if on && !given[name] {
			faults = append(faults, aboutSetting(codeMissing, name, o.name+" needs it"))
		}
	}
	if _, empty := env[o.beside]; o.beside != "" && given[o.name] && !given[o.beside] && !empty {
		faults = append(faults, aboutSetting(codeMissing, o.name, "it makes sense only with "+o.beside+", which is missing"))
	}
	return faults
}

// derive sets what several settings say together.
func (s *settings) derive() {
	if s.database.Host != "" {
		s.databaseURL = s.database.String()
	}
	s.introspection.Signed = s.introspectionBackend == "jwt"
	s.answers.Issuer, s.answers.Audience = s.token.Issuer, s.token.Audience
	// One of the three alone is no fault: Meet has other uses for the other two (docs/contract.md, "Provisional users").
	s.answers.CreateUsers = s.allowUserCreation && s.emailFallback && !s.fixedSubs
	if s.telephonyEnabled {
		s.answers.Telephony = &s.telephony
	}
	if !s.telephonyEnabled && !s.roomkitEnabled { // devices of the room kit dial in with a PIN too
		s.answers.PINLength = 0
	}
}

// asksProvider is whether an OpenID provider is asked about access tokens, for which Meet too needs all three.
func (s settings) asksProvider() bool {
	return s.introspection.Issuer != "" && s.introspection.Endpoint != "" && s.introspection.ClientSecret != ""
}

// allowsOrigin is whether pages of that origin may call the API; nil: no page may.
func (s settings) allowsOrigin() func(origin string) bool {
	if s.corsOrigins == nil && s.corsPatterns == nil && !s.corsAll {
		return nil
	}
	return func(origin string) bool {
		return s.corsAll || slices.Contains(s.corsOrigins, origin) ||
			slices.ContainsFunc(s.corsPatterns, func(pattern *regexp.Regexp) bool { return pattern.MatchString(origin) })
	}
}
