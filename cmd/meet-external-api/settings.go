package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"meet-external-api/auth"
	"meet-external-api/generated"
	"meet-external-api/handlers"
)

// settings are the environment variables of the program, read (docs/settings.md).
type settings struct {
	databaseURL string // empty: the embedded database
	data        string
	postgresBin string
	migrate     bool

	listen         string
	publicURL      *url.URL
	trustedProxies []netip.Prefix
	corsOrigins    []string
	drain          time.Duration
	logLevel       slog.Level
	logFormat      string
	enabled        bool
	attempts       auth.AttemptOptions
	clientIDLength int
	secretLength   int

	applications       bool
	token              auth.TokenOptions
	addons             bool
	addonToken         auth.TokenOptions
	introspection      *auth.IntrospectionOptions // nil: no OpenID provider is asked
	createOIDCUsers    bool
	scopesPrefix       string
	tokenType          string
	baseURL            string
	createUsers        bool
	allowPublicAccess  bool
	defaultAccessLevel string
	telephony          *handlers.Telephony
	pinLength          int
	pinDraws           int
	livekit            *livekitSettings // nil: there is none to tell of changes
}

// maxSecretLength leaves room for prefix and checksum in the 1,024 characters that a client may send.
const maxSecretLength = 1000

type livekitSettings struct {
	url, key, secret string
	insecureTLS      bool
}

// readSettings reads the environment. Its error names every fault at once.
func readSettings(getenv func(string) string) (settings, error) {
	r := &settingsReader{getenv: getenv}
	s := settings{
		databaseURL: r.database(),
		data:        r.text("EXTERNAL_API_DATA", "./data"),
		postgresBin: r.text("EXTERNAL_API_POSTGRES_BIN", ""),
		migrate:     r.boolean("EXTERNAL_API_MIGRATE", true),

		listen:         r.address("EXTERNAL_API_LISTEN", ":8080"),
		publicURL:      r.base("EXTERNAL_API_PUBLIC_URL"),
		trustedProxies: r.networks("EXTERNAL_API_TRUSTED_PROXIES"),
		corsOrigins:    r.origins("EXTERNAL_API_CORS_ORIGINS"),
		drain:          time.Duration(r.number("EXTERNAL_API_DRAIN_SECONDS", 5, 0, 3600)) * time.Second,
		logLevel:       r.logLevel(),
		logFormat:      r.choice("EXTERNAL_API_LOG_FORMAT", "", "json", "text"),
		enabled:        r.boolean("EXTERNAL_API_ENABLED", true),
		attempts: auth.AttemptOptions{
			RequestsPerMinute: r.number("EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE", 6000, 0, 1_000_000),
			FailuresPerMinute: r.number("EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE", 30, 0, 1_000_000),
			RedisURL:          r.secret("REDIS_URL"),
		},
		clientIDLength: r.number("APPLICATION_CLIENT_ID_LENGTH", 40, 20, 100),
		secretLength:   r.number("APPLICATION_CLIENT_SECRET_LENGTH", 128, 43, maxSecretLength),

		applications: r.boolean("APPLICATION_ENABLED", true),
		token: auth.TokenOptions{
			Algorithm:        r.choice("APPLICATION_JWT_ALG", "HS256", auth.Algorithms...),
			Key:              []byte(r.secret("APPLICATION_JWT_SECRET_KEY")),
			VerificationKeys: []byte(r.secret("EXTERNAL_API_JWT_VERIFICATION_KEYS")),
			AllowWeakKey:     r.boolean("APPLICATION_JWT_ALLOW_WEAK_KEY", false),
			Issuer:           r.text("APPLICATION_JWT_ISSUER", "lasuite-meet"),
			Audience:         r.text("APPLICATION_JWT_AUDIENCE", ""),
			Lifetime:         time.Duration(r.number("APPLICATION_JWT_EXPIRATION_SECONDS", 3600, 1, 365*24*3600)) * time.Second,
			Now:              time.Now,
		},
		addons:            r.boolean("ADDONS_ENABLED", false),
		introspection:     r.introspection(),
		createOIDCUsers:   r.boolean("OIDC_CREATE_USER", true),
		scopesPrefix:      r.text("OIDC_RS_SCOPES_PREFIX", ""),
		baseURL:           r.prefix("APPLICATION_BASE_URL"),
		tokenType:         r.text("APPLICATION_JWT_TOKEN_TYPE", "Bearer"),
		createUsers:       r.createUsers(),
		allowPublicAccess: r.boolean("EXTERNAL_API_ALLOW_PUBLIC_ACCESS", false),
		defaultAccessLevel: r.choice("EXTERNAL_API_DEFAULT_ACCESS_LEVEL", string(generated.Trusted),
			string(generated.Public), string(generated.Trusted), string(generated.Restricted)),
		pinDraws: r.number("ROOM_TELEPHONY_PIN_MAX_RETRIES", 5, 1, 100),
		livekit:  r.livekit(),
	}
	s.telephony, s.pinLength = r.telephony()
	s.addonToken = auth.TokenOptions{
		Algorithm: r.choice("ADDONS_TOKEN_ALG", "HS256", auth.Algorithms...),
		Key:       []byte(r.secret("ADDONS_TOKEN_SECRET_KEY")),
		// Meet makes the key, and knows no such rule.
		AllowWeakKey: true,
		Issuer:       r.text("ADDONS_TOKEN_ISSUER", "lasuite-meet"),
		Audience:     r.text("ADDONS_TOKEN_AUDIENCE", "addons"),
		Now:          time.Now,
	}
	return s, errors.Join(r.faults...)
}

// tokens makes the issuer and verifier of the tokens of applications, for which a key is needed; nil where they are switched
// off. Its error names the setting at fault.
func (s settings) tokens() (*auth.Tokens, error) {
	return newTokens(s.applications, "APPLICATION_JWT_SECRET_KEY", s.token)
}

// addonTokens makes the verifier of the tokens of Meet's add-ons.
func (s settings) addonTokens() (*auth.Tokens, error) {
	return newTokens(s.addons, "ADDONS_TOKEN_SECRET_KEY", s.addonToken)
}

func newTokens(enabled bool, name string, o auth.TokenOptions) (*auth.Tokens, error) {
	if !enabled {
		return nil, nil
	}
	tokens, err := auth.NewTokens(o)
	var unfit *auth.VerificationKeysError
	if errors.As(err, &unfit) {
		name = "EXTERNAL_API_JWT_VERIFICATION_KEYS"
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return tokens, nil
}

// introspector makes the one who asks the OpenID provider; nil where none is set.
func (s settings) introspector(log *slog.Logger) (*auth.Introspector, error) {
	if s.introspection == nil {
		return nil, nil
	}
	options := *s.introspection
	options.Log = log
	introspector, err := auth.NewIntrospector(options)
	if err != nil {
		return nil, fmt.Errorf("OIDC_RS settings: %w", err)
	}
	return introspector, nil
}

// newAttempts makes the limits of the token endpoint. Its error names the setting at fault.
func (s settings) newAttempts(log *slog.Logger) (*auth.Attempts, error) {
	options := s.attempts
	options.Log = log
	attempts, err := auth.NewAttempts(options)
	if err != nil {
		return nil, fmt.Errorf("REDIS_URL: %w", err)
	}
	return attempts, nil
}

// checkKeys names the faults of keys and of what else is needed to serve only.
func (s settings) checkKeys() error {
	log := slog.New(slog.DiscardHandler)
	_, application := s.tokens()
	_, addon := s.addonTokens()
	_, provider := s.introspector(log)
	_, _, livekit := newRoomChanged(s, log)
	attempts, limits := s.newAttempts(log)
	if limits == nil {
		limits = attempts.Close()
	}
	return errors.Join(application, addon, provider, livekit, limits)
}

// database returns the address of the database: DATABASE_URL, or made of the DB_ settings; empty where there are neither.
func (r *settingsReader) database() string {
	if address := r.secret("DATABASE_URL"); address != "" {
		return address
	}
	host := r.getenv("DB_HOST")
	if host == "" {
		return ""
	}
	parts := []string{"host=" + quoteDSN(host), "port=" + strconv.Itoa(r.number("DB_PORT", 5432, 1, 65535))}
	for _, needed := range []struct{ keyword, name string }{{"dbname", "DB_NAME"}, {"user", "DB_USER"}} {
		value := r.getenv(needed.name)
		if value == "" {
			r.fault("%s: DB_HOST needs it", needed.name)
		}
		parts = append(parts, needed.keyword+"="+quoteDSN(value))
	}
	if password := r.secret("DB_PASSWORD"); password != "" {
		parts = append(parts, "password="+quoteDSN(password))
	}
	return strings.Join(parts, " ")
}

// quoteDSN writes a value in the keyword form of PostgreSQL's connection strings.
func quoteDSN(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

// createUsers reads the three settings of Meet that together let a token request create a user (contract, "Provisional
// users"). One alone is no fault: Meet has other uses for the other two.
func (r *settingsReader) createUsers() bool {
	creation := r.boolean("APPLICATION_ALLOW_USER_CREATION", false)
	fallback := r.boolean("OIDC_FALLBACK_TO_EMAIL_FOR_IDENTIFICATION", false)
	immutable := r.boolean("OIDC_USER_SUB_FIELD_IMMUTABLE", true)
	return creation && fallback && !immutable
}

func (r *settingsReader) logLevel() slog.Level {
	var level slog.Level
	name := r.choice("EXTERNAL_API_LOG_LEVEL", "info", "debug", "info", "warn", "error")
	_ = level.UnmarshalText([]byte(name)) // the choices are slog's names
	return level
}

// introspection reads how to ask an OpenID provider about access tokens; it is asked when all three of its address, its
// endpoint and our secret are set, as in Meet.
func (r *settingsReader) introspection() *auth.IntrospectionOptions {
	o := &auth.IntrospectionOptions{
		Issuer:              r.text("OIDC_OP_URL", ""),
		Endpoint:            r.urlText("OIDC_OP_INTROSPECTION_ENDPOINT"),
		JWKSEndpoint:        r.urlText("OIDC_OP_JWKS_ENDPOINT"),
		ClientID:            r.text("OIDC_RS_CLIENT_ID", "meet"),
		ClientSecret:        r.secret("OIDC_RS_CLIENT_SECRET"),
		AudienceClaim:       r.text("OIDC_RS_AUDIENCE_CLAIM", "client_id"),
		Audiences:           r.list("EXTERNAL_API_OIDC_ALLOWED_AUDIENCES", ""),
		Scopes:              r.list("OIDC_RS_SCOPES", "lasuite_meet"),
		Signed:              r.choice("OIDC_RS_BACKEND", "json", "json", "jwt") == "jwt",
		SigningAlgorithm:    r.text("OIDC_RS_SIGNING_ALGO", "ES256"),
		EncryptionAlgorithm: r.text("OIDC_RS_ENCRYPTION_ALGO", "RSA-OAEP"),
		EncryptionEncoding:  r.text("OIDC_RS_ENCRYPTION_ENCODING", "A256GCM"),
		PrivateKey:          []byte(r.secret("OIDC_RS_PRIVATE_KEY_STR")),
		Timeout:             time.Duration(r.number("OIDC_TIMEOUT", 5, 1, 60)) * time.Second,
		Proxy:               r.url("OIDC_PROXY"),
		InsecureTLS:         !r.boolean("OIDC_VERIFY_SSL", true),
		Now:                 time.Now,
	}
	if o.Issuer == "" || o.Endpoint == "" || o.ClientSecret == "" {
		return nil
	}
	return o
}

// telephony returns what rooms show of it, nil for nothing, and how many digits the PIN of a new room has, 0 for none:
// devices of the room kit dial in with a PIN too.
func (r *settingsReader) telephony() (shown *handlers.Telephony, pinLength int) {
	length := r.number("ROOM_TELEPHONY_PIN_LENGTH", 10, 4, 100)
	country := r.text("ROOM_TELEPHONY_DEFAULT_COUNTRY", "US")
	enabled, roomkit := r.boolean("ROOM_TELEPHONY_ENABLED", false), r.boolean("ROOMKIT_ENABLED", false)
	if !enabled && !roomkit {
		return nil, 0
	}
	if !enabled {
		return nil, length
	}
	shown = &handlers.Telephony{DefaultCountry: country}
	if number := r.text("ROOM_TELEPHONY_PHONE_NUMBER", ""); number != "" {
		shown.PhoneNumber = &number
	}
	return shown, length
}

// livekit reads where to tell of changes. A key without an address is no fault: Meet has other uses for it.
func (r *settingsReader) livekit() *livekitSettings {
	s := &livekitSettings{
		url:         r.text("LIVEKIT_API_URL", ""),
		key:         r.secret("LIVEKIT_API_KEY"),
		secret:      r.secret("LIVEKIT_API_SECRET"),
		insecureTLS: !r.boolean("LIVEKIT_VERIFY_SSL", true),
	}
	if s.url == "" {
		return nil
	}
	for _, needed := range []struct{ name, value string }{{"LIVEKIT_API_KEY", s.key}, {"LIVEKIT_API_SECRET", s.secret}} {
		if needed.value == "" {
			r.fault("%s: LIVEKIT_API_URL needs it", needed.name)
		}
	}
	return s
}
