package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"os"
	"path/filepath"

	"meet-external-api/db"
	"meet-external-api/middleware"
)

type sandboxCommand struct {
	Fault []string `sep:"none" placeholder:"FAULT" help:"A fault for the next request that it applies to: 401, 409, 429, 500, 503, slow, cut or lost, with parameters as in docs/sandbox.md. Can be repeated."`
}

func (sandboxCommand) Help() string {
	return "For developing and testing a client: serves demo data from its own embedded database, on the loopback interface, and prints " +
		"commands to paste. Requests fail if their header Sandbox-Fault says so, or the next ones with --fault. It never uses another " +
		"database (docs/sandbox.md).\n\n" +
		"Examples:\n" +
		"  meet-external-api sandbox\n" +
		"  meet-external-api sandbox --fault 503 --fault 'lost;on=createRoom'\n" +
		"  EXTERNAL_API_DATA=$(mktemp -d) EXTERNAL_API_LISTEN=127.0.0.1:0 meet-external-api sandbox"
}

// Run serves until the context ends.
func (c sandboxCommand) Run(e environment) error {
	for _, name := range foreignDatabases {
		if e.env[name] != "" {
			return fmt.Errorf("the sandbox has its own database: unset %s, or use serve", name)
		}
	}
	env := maps.Clone(e.env)
	for name, value := range sandboxDefaults {
		env[name] = cmp.Or(env[name], value)
	}
	box := sandbox{dir: filepath.Join(env["EXTERNAL_API_DATA"], "demo"), faults: c.Fault}
	if env["APPLICATION_JWT_SECRET_KEY"]+env["APPLICATION_JWT_SECRET_KEY_FILE"] == "" {
		key, err := box.makeKey()
		if err != nil {
			return err
		}
		env["APPLICATION_JWT_SECRET_KEY_FILE"] = key
	}
	e.env = env
	return listenAndServe(e, &box)
}

// foreignDatabases are the variables that name a database which is not the sandbox's own.
var foreignDatabases = []string{
	"DATABASE_URL", "DATABASE_URL_FILE", "DB_HOST", "EXTERNAL_API_READ_DATABASE_URL", "EXTERNAL_API_READ_DATABASE_URL_FILE",
	"REDIS_URL", "REDIS_URL_FILE",
}

// sandboxDefaults are the settings of a sandbox that has no others.
var sandboxDefaults = map[string]string{
	"EXTERNAL_API_DATA":          "./data",
	"EXTERNAL_API_LISTEN":        "127.0.0.1:8080",
	"EXTERNAL_API_DRAIN_SECONDS": "0",
	"EXTERNAL_API_LOG_FORMAT":    "text",
	"APPLICATION_BASE_URL":       "http://localhost:3000",
}

// sandbox is what a server has beyond others when it is one.
type sandbox struct {
	// dir is where the credentials of the demo data are.
	dir string
	// faults are those of the next requests, as they were asked for.
	faults []string
}

// newFaults makes the faults that requests can have. Errors: wrong usage.
func (s *sandbox) newFaults(ctx context.Context, log *slog.Logger) (*middleware.Faults, error) {
	specification, err := apiSpecification()
	if err != nil {
		return nil, err
	}
	googles, err := googleSpecification()
	if err != nil {
		return nil, err
	}
	faults := middleware.NewFaults(log, ctx.Done(), specification.T, googles.T)
	if err := faults.Expect(s.faults); err != nil {
		return nil, byFlags(err)
	}
	return faults, nil
}

// keepApart keeps a sandbox from the data of a server that is none, and warns one that serves those of a sandbox.
func (d dependencies) keepApart(ctx context.Context, store *db.DB, box *sandbox) error {
	if box != nil {
		return box.claim(ctx, store, d.data)
	}
	marked, err := store.IsSandbox(ctx)
	if marked {
		d.log.Warn("the data are those of a sandbox, and may be used as one again: set EXTERNAL_API_DATA to another directory", "data", d.data)
	}
	return err
}

// claim takes the embedded database for a sandbox, unless it was made for something else. Errors: it was.
func (s *sandbox) claim(ctx context.Context, store *db.DB, data string) error {
	// A sandbox of release 1.1.0 left no mark.
	var made struct {
		ClientID string `json:"client_id"`
	}
	content, err := os.ReadFile(s.applicationFile())
	if err == nil {
		err = json.Unmarshal(content, &made)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s: %w", s.applicationFile(), err)
	}
	if err := store.ClaimSandbox(ctx, made.ClientID); err != nil {
		return fmt.Errorf("the embedded database in %s is not a sandbox's: %w; set EXTERNAL_API_DATA to another directory", data, err)
	}
	return nil
}

// warnOfExposure says that others reach the sandbox, where they do.
func warnOfExposure(listener net.Listener, log *slog.Logger) {
	if address, ok := listener.Addr().(*net.TCPAddr); ok && !address.IP.IsLoopback() {
		log.Warn("other machines can reach the sandbox, which is not made for that: anyone who reaches it can request faults", "address", address.String())
	}
}
