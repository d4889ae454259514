package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"meet-external-api/contracttest"
)

type contracttestCommand struct {
	URL   string `name:"url" required:"" placeholder:"URL" help:"The address of the API, such as https://meet.example.org/external-api/v1.0."`
	Meet  bool   `help:"The server is La Suite Meet's own. Otherwise that is detected."`
	JUnit string `name:"junit" placeholder:"FILE" help:"Write the results to a file as JUnit XML, for CI servers."`
	JSON  bool   `name:"json" help:"Print one JSON object, for programs."`
}

func (contracttestCommand) Help() string {
	return "For integrators: checks that a server keeps the contract (docs/contract.md), and validates each answer against openapi.yaml. " +
		"CLIENT_ID, CLIENT_SECRET and USER_EMAIL come from the environment, and COLLEAGUE_EMAIL, another user, for the checks of roles. It " +
		"touches only rooms that it creates, and deletes them at the end. The exit status is 1 if a check failed (docs/contract-tests.md).\n\n" +
		"Examples:\n  meet-external-api contracttest --url http://127.0.0.1:8080/external-api/v1.0\n" +
		"  meet-external-api contracttest --url https://meet.example.org/external-api/v1.0 --meet --junit results.xml"
}

// Run makes the checks, and prints a line for each.
func (c contracttestCommand) Run(e environment) error {
	config := contracttest.Config{
		URL: c.URL, Meet: c.Meet,
		ClientID: e.env["CLIENT_ID"], ClientSecret: e.env["CLIENT_SECRET"], Email: e.env["USER_EMAIL"], Colleague: e.env["COLLEAGUE_EMAIL"],
	}
	for _, name := range []string{"CLIENT_ID", "CLIENT_SECRET", "USER_EMAIL"} {
		if e.env[name] == "" {
			return usageError{fmt.Errorf("%s is not set", name)}
		}
	}
	report, err := contracttest.Run(e.ctx, config, func(r contracttest.Result) {
		if !c.JSON {
			_, _ = fmt.Fprintln(e.stdout, printable(r.String()))
		}
	})
	if report == nil {
		return err
	}
	return errors.Join(err, c.print(e, report), failures(report))
}

// print writes what comes after the lines of the checks.
func (c contracttestCommand) print(e environment, report *contracttest.Report) error {
	if c.JUnit != "" {
		if err := writeFile(c.JUnit, report); err != nil {
			return err
		}
	}
	if c.JSON {
		return report.JSON(e.stdout)
	}
	if report.Meet && !c.Meet {
		_, _ = fmt.Fprintln(e.stdout, "This is taken for Meet's own server, since it serves no specification.")
	}
	if len(report.Left) > 0 {
		_, _ = fmt.Fprintln(e.stdout, printable("Rooms that could not be deleted: "+strings.Join(report.Left, " ")))
	}
	_, err := fmt.Fprintf(e.stdout, "%d ok, %d failed, %d skipped\n",
		report.Count(contracttest.OK), report.Count(contracttest.Failed), report.Count(contracttest.Skipped))
	return err
}

func writeFile(name string, report *contracttest.Report) error {
	file, err := os.Create(name) //nolint:gosec // G304: the caller of the program names the file.
	if err != nil {
		return err
	}
	return errors.Join(report.JUnit(file), file.Close())
}

func failures(report *contracttest.Report) error {
	if report.Failed() {
		return errors.New("the contract is not kept: see the failed checks")
	}
	return nil
}
