package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"meet-external-api/audit"
	"meet-external-api/operator"
)

type applicationDeleteCommand struct {
	applicationID
	Yes bool `help:"Do not ask."`
}

// deletedApplication is what --json prints.
type deletedApplication struct {
	Deleted bool `json:"deleted"`
	operator.Deletion
}

func (applicationDeleteCommand) Help() string {
	return "Says what the application has and asks, unless --yes is given. To switch one off for a while, disable it.\n\n" +
		"Examples:\n" +
		"  meet-external-api application delete CLIENT_ID\n" +
		"  meet-external-api application delete CLIENT_ID --yes --json"
}

// Run removes the application.
func (c applicationDeleteCommand) Run(e environment) error {
	ask := func(string) error { return nil }
	if !c.Yes {
		terminal, err := openTerminal("application delete")
		if err != nil {
			return err
		}
		defer func() { _ = terminal.Close() }()
		ask = func(question string) error { return confirm(terminal, question, "not deleted") }
	}
	return withOperator(e, audit.ApplicationDelete, c.ID, func(o *operator.Service, by audit.Source) error {
		application, goes, err := o.DeletionOf(e.ctx, c.ID)
		if err != nil {
			return err
		}
		err = ask(fmt.Sprintf("Delete application %s (%s)?\nIts secrets (%d) and all its tokens (%d) stop working at once, for good. "+
			"The rooms that it created (%d) stay.\n",
			printable(application.Name), printable(application.ClientID), goes.Secrets, goes.Tokens, goes.Rooms))
		if err != nil {
			return err
		}
		gone, err := o.DeleteApplication(e.ctx, by, application.ID)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(e, deletedApplication{true, gone})
		}
		_, err = fmt.Fprintf(e.stdout, "deleted, with %d secrets and %d tokens; %d rooms that it created stay\n", gone.Secrets, gone.Tokens, gone.Rooms)
		return err
	})
}

// openTerminal opens what a command asks on. Errors: there is none.
func openTerminal(command string) (*os.File, error) {
	terminal, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		err = usageError{fmt.Errorf("there is no terminal to ask on: %s takes --yes here", command)}
	}
	return terminal, err
}

// confirm asks on a terminal. Error: the answer is not yes, and what is not done then.
func confirm(terminal io.ReadWriter, question, declined string) error {
	if _, err := io.WriteString(terminal, question+"Type yes to go on: "); err != nil {
		return err
	}
	if answer, _ := bufio.NewReader(terminal).ReadString('\n'); strings.ToLower(strings.TrimSpace(answer)) != "yes" {
		return errors.New(declined)
	}
	return nil
}
