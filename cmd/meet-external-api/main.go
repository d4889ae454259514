// Command meet-external-api serves the external API of La Suite Meet, beside Meet on Meet's database or on its own.
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
	os.Exit(exitCode(run(untilSignal(), os.Args[1:], os.Getenv, os.Stdout, os.Stderr), os.Stderr))
}

// untilSignal returns a context that SIGINT and SIGTERM end. By the time it has ended, a second signal ends the program at
// once; signal.NotifyContext would still swallow one that comes before its stop function has run.
func untilSignal() context.Context {
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

// exitCode says in one line what went wrong, and returns 0 for nothing, 2 for wrong usage, 1 for any other fault.
func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	_, _ = fmt.Fprintln(stderr, "meet-external-api:", oneLine(err))
	var usage usageError
	if errors.As(err, &usage) {
		return 2
	}
	return 1
}

// oneLine writes an error, also one that joins several, in one line.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// commands is the command line (contract, "The command line").
type commands struct {
	Serve       serveCommand       `cmd:"" help:"Serve the API."`
	Migrate     migrateCommand     `cmd:"" help:"Apply pending database migrations and end."`
	Check       checkCommand       `cmd:"" help:"Name every fault in the settings and the database."`
	Application applicationCommand `cmd:"" help:"Register and manage applications."`
	User        userCommand        `cmd:"" help:"Create and list users, for running on its own, and revoke their tokens."`
	Openapi     openapiCommand     `cmd:"" help:"Print the OpenAPI specification."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// environment is what a command can reach of the world.
type environment struct {
	ctx    context.Context
	getenv func(string) string
	stdout io.Writer
	stderr io.Writer
}

// run is the program. It ends when its command is done or, for serve, when ctx is.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	var parsed commands
	helped := false
	parser, err := kong.New(&parsed,
		kong.Name("meet-external-api"),
		kong.Description("The external API of La Suite Meet: other applications create meeting rooms through it.\n\n"+
			"Settings come from environment variables, see docs/settings.md."),
		kong.UsageOnError(),
		kong.Vars{"scopes": strings.Join(auth.Scopes, ", ")},
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
	return command.Run(environment{ctx: ctx, getenv: getenv, stdout: stdout, stderr: stderr})
}
