// Command meet-external-api serves the external API of La Suite Meet, beside Meet on Meet's database or on its own.
//
// How to read it: run, in main.go, parses the command line and runs the command, which has a file of its own, named after it. A
// command reads the settings first (settings.go, one table) and reaches the database by database.go. Serving takes two files:
//
//   - serve.go is the life of the server. In this order: the settings, what they alone can make, the port, the database; then requests
//     are answered, at first only those for liveness, as migrations are applied meanwhile; and after a signal the server drains and
//     shuts down gracefully.
//   - server.go is the wiring. newHandler is where a request enters: the middleware around every request, the table of paths,
//     and for each operation of openapi.yaml authentication, scope, validation and its handler in package handlers.
//
// What needs the command line, the settings or the process belongs here, and nothing else does.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"meet-external-api/auth"
)

func main() {
	err := run(signalContext(), os.Args[1:], variables(os.Environ()), os.Stdout, os.Stderr)
	os.Exit(exitCode(err, os.Stderr))
}

// variables are those of an environment, by name.
func variables(environ []string) map[string]string {
	env := make(map[string]string, len(environ))
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		env[name] = value
	}
	return env
}

// signalContext returns a context that ends at SIGINT or SIGTERM, for the graceful shutdown. From then on a second signal ends the
// program at once; signal.NotifyContext would swallow one that comes before its stop function has run.
func signalContext() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals)
		cancel()
	}()
	return ctx
}

// usageError is a command line that cannot be understood.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// exitCode writes an error in one line, and returns 0 for none, 2 for wrong usage, 1 for any other (docs/contract.md, "The command
// line").
func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	// An error that joins several has a line for each.
	_, _ = fmt.Fprintln(stderr, "meet-external-api:", printable(strings.ReplaceAll(err.Error(), "\n", "; ")))
	if usage := (usageError{}); errors.As(err, &usage) {
		return 2
	}
	return 1
}

// commands is the command line (docs/contract.md, "The command line").
type commands struct {
	Serve        serveCommand        `cmd:"" help:"Serve the API."`
	Sandbox      sandboxCommand      `cmd:"" help:"Serve demo data, with faults on request, to test clients."`
	Migrate      migrateCommand      `cmd:"" help:"Apply pending database migrations and end."`
	Check        checkCommand        `cmd:"" help:"Name every fault in the settings and the database."`
	Health       healthCommand       `cmd:"" help:"Ask the server on this machine whether it is live."`
	Application  applicationCommand  `cmd:"" help:"Register and manage applications."`
	Apply        applyCommand        `cmd:"" help:"Make applications what a file declares, after showing the difference."`
	User         userCommand         `cmd:"" help:"Create and list users, for running on its own, and revoke their tokens."`
	Operator     operatorCommand     `cmd:"" help:"Create operators, for running on its own, and tokens of the operators' API."`
	Audit        auditCommand        `cmd:"" help:"Read the audit trail."`
	Contracttest contracttestCommand `cmd:"" help:"Check that a server keeps the contract."`
	Openapi      openapiCommand      `cmd:"" help:"Print the OpenAPI specification."`
	Version      versionCommand      `cmd:"" help:"Print the version."`
	Help         helpCommand         `cmd:"" help:"Show how a command is used."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

// environment is what a command uses of its process.
type environment struct {
	ctx            context.Context
	env            map[string]string
	stdout, stderr io.Writer
}

// run is the program without its process. It ends when the command is done or, for serve, when ctx is. Errors: a usageError for
// a command line that cannot be understood, and those of the command.
func run(ctx context.Context, args []string, env map[string]string, stdout, stderr io.Writer) error {
	var parsed commands
	helped := false
	parser, err := kong.New(&parsed,
		kong.Name("meet-external-api"),
		kong.Description("The external API of La Suite Meet: other applications create meeting rooms through it.\n\n"+
			"Settings come from environment variables, see docs/settings.md."),
		kong.UsageOnError(),
		kong.Vars{"scopes": strings.Join(auth.Scopes, ", "), "version": versionText()},
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { helped = true }),
	)
	if err != nil {
		return fmt.Errorf("preparing the command line: %w", err)
	}
	command, err := parser.Parse(args)
	if helped {
		return nil
	}
	if err != nil {
		return usageError{fmt.Errorf("%w (see --help)", err)}
	}
	return command.Run(environment{ctx: ctx, env: env, stdout: stdout, stderr: stderr})
}
