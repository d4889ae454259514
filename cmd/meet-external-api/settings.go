package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"meet-external-api/auth"
	"meet-external-api/generated"
)

// settings are the environment variables of the program, read (docs/settings.md).
type settings struct {
	databaseURL string // empty: the embedded database
	data        string
	postgresBin string
	migrate     bool

	listen         string
	publicURL      *url.URL
	drain          time.Duration
	logLevel       slog.Level
	logFormat      string
	enabled        bool
	tokenRequests  int
	tokenFailures  int
	clientIDLength int
	secretLength   int

	applications       bool
	token              auth.TokenOptions
	tokenType          string
	baseURL            string
	createUsers        bool
	allowPublicAccess  bool
	defaultAccessLevel string
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
		publicURL:      r.url("EXTERNAL_API_PUBLIC_URL"),
		drain:          time.Duration(r.number("EXTERNAL_API_DRAIN_SECONDS", 5, 0, 3600)) * time.Second,
		logLevel:       r.logLevel(),
		logFormat:      r.choice("EXTERNAL_API_LOG_FORMAT", "", "json", "text"),
		enabled:        r.boolean("EXTERNAL_API_ENABLED", true),
		tokenRequests:  r.number("EXTERNAL_API_TOKEN_REQUESTS_PER_MINUTE", 6000, 0, 1_000_000),
		tokenFailures:  r.number("EXTERNAL_API_TOKEN_FAILURES_PER_MINUTE", 30, 0, 1_000_000),
		clientIDLength: r.number("APPLICATION_CLIENT_ID_LENGTH", 40, 20, 100),
		secretLength:   r.number("APPLICATION_CLIENT_SECRET_LENGTH", 128, 43, 1024),

		applications: r.boolean("APPLICATION_ENABLED", true),
		token: auth.TokenOptions{
			Algorithm:    r.choice("APPLICATION_JWT_ALG", "HS256", auth.Algorithms...),
			Key:          []byte(r.secret("APPLICATION_JWT_SECRET_KEY")),
			AllowWeakKey: r.boolean("APPLICATION_JWT_ALLOW_WEAK_KEY", false),
			Issuer:       r.text("APPLICATION_JWT_ISSUER", "lasuite-meet"),
			Audience:     r.text("APPLICATION_JWT_AUDIENCE", ""),
			Lifetime:     time.Duration(r.number("APPLICATION_JWT_EXPIRATION_SECONDS", 3600, 1, 365*24*3600)) * time.Second,
			Now:          time.Now,
		},
		tokenType:         r.text("APPLICATION_JWT_TOKEN_TYPE", "Bearer"),
		createUsers:       r.createUsers(),
		allowPublicAccess: r.boolean("EXTERNAL_API_ALLOW_PUBLIC_ACCESS", false),
		defaultAccessLevel: r.choice("EXTERNAL_API_DEFAULT_ACCESS_LEVEL", string(generated.Trusted),
			string(generated.Public), string(generated.Trusted), string(generated.Restricted)),
	}
	if base := r.url("APPLICATION_BASE_URL"); base != nil {
		s.baseURL = base.String()
	}
	return s, errors.Join(r.faults...)
}

// tokens makes the issuer and verifier of tokens, for which a key is needed. Its error names the setting at fault.
func (s settings) tokens() (*auth.Tokens, error) {
	if !s.applications {
		return nil, nil
	}
	tokens, err := auth.NewTokens(s.token)
	if err != nil {
		return nil, fmt.Errorf("APPLICATION_JWT_SECRET_KEY: %w", err)
	}
	return tokens, nil
}

// settingsReader collects the faults of what it reads.
type settingsReader struct {
	getenv func(string) string
	faults []error
}

func (r *settingsReader) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf(format, args...))
}

func (r *settingsReader) text(name, otherwise string) string {
	if value := r.getenv(name); value != "" {
		return value
	}
	return otherwise
}

// secret reads NAME, or the file that NAME_FILE names, without one newline at its end.
func (r *settingsReader) secret(name string) string {
	path := r.getenv(name + "_FILE")
	if path == "" {
		return r.getenv(name)
	}
	content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		r.fault("%s_FILE: %w", name, err)
		return ""
	}
	text := strings.TrimSuffix(string(content), "\n")
	return strings.TrimSuffix(text, "\r")
}

func (r *settingsReader) boolean(name string, otherwise bool) bool {
	switch strings.ToLower(r.getenv(name)) {
	case "":
		return otherwise
	case "true", "1", "yes", "on":
		return true
	case "false", "0", "no", "off":
		return false
	}
	r.fault("%s: give true or false", name)
	return otherwise
}

func (r *settingsReader) number(name string, otherwise, least, most int) int {
	text := r.getenv(name)
	if text == "" {
		return otherwise
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < least || number > most {
		r.fault("%s: give a whole number from %d to %d", name, least, most)
		return otherwise
	}
	return number
}

func (r *settingsReader) choice(name, otherwise string, choices ...string) string {
	value := r.text(name, otherwise)
	if value != otherwise && !slices.Contains(choices, value) {
		r.fault("%s: give one of %s", name, strings.Join(choices, ", "))
	}
	return value
}

func (r *settingsReader) logLevel() slog.Level {
	var level slog.Level
	name := r.choice("EXTERNAL_API_LOG_LEVEL", "info", "debug", "info", "warn", "error")
	_ = level.UnmarshalText([]byte(name)) // the choices are slog's names
	return level
}

func (r *settingsReader) url(name string) *url.URL {
	text := r.getenv(name)
	if text == "" {
		return nil
	}
	parsed, err := url.Parse(text)
	if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "" {
		r.fault("%s: give an absolute http or https URL", name)
		return nil
	}
	return parsed
}

func (r *settingsReader) address(name, otherwise string) string {
	address := r.text(name, otherwise)
	if _, port, err := net.SplitHostPort(address); err != nil || !isPort(port) {
		r.fault("%s: give host:port, or :port for every address of this machine", name)
	}
	return address
}

func isPort(text string) bool {
	port, err := strconv.Atoi(text)
	return err == nil && port >= 0 && port <= 65535
}

// createUsers reads the three settings of Meet that together let a token request create a user (contract, "Provisional
// users"). One alone is no fault: Meet has other uses for the other two.
func (r *settingsReader) createUsers() bool {
	creation := r.boolean("APPLICATION_ALLOW_USER_CREATION", false)
	fallback := r.boolean("OIDC_FALLBACK_TO_EMAIL_FOR_IDENTIFICATION", false)
	immutable := r.boolean("OIDC_USER_SUB_FIELD_IMMUTABLE", true)
	return creation && fallback && !immutable
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

// oneLine writes an error, also one that joins several, in one line.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
