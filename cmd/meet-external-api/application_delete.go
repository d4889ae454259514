package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"meet-external-api/auth/secret"
	"meet-external-api/db"
)

type applicationDeleteCommand struct {
	applicationID
	Yes bool `help:"Do not ask."`
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
		terminal, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
		if err != nil {
			return usageError{errors.New("there is no terminal to ask on: application delete takes --yes here")}
		}
		defer func() { _ = terminal.Close() }()
		ask = func(question string) error { return confirm(terminal, question) }
	}
	return withStore(e, func(_ settings, store *db.DB) error {
		application, err := store.Application(e.ctx, c.ID)
		if err != nil {
			return explainNotFound(err)
		}
		secrets, err := store.Secrets(e.ctx, application.ID, secret.HashForm)
		if err != nil {
			return err
		}
		rooms, err := store.CreatedRooms(e.ctx, application.ID)
		if err != nil {
			return err
		}
		err = ask(fmt.Sprintf("Delete application %s (%s)?\nIts secrets (%d) and all its tokens stop working at once, for good. "+
			"The rooms that it created (%d) stay.\n", printable(application.Name), printable(application.ClientID), len(secrets), rooms))
		if err != nil {
			return err
		}
		if err := store.DeleteApplication(e.ctx, application.ID); err != nil {
			return explainNotFound(err)
		}
		if c.JSON {
			return printJSON(e, map[string]any{"deleted": true, "secrets": len(secrets), "rooms": rooms})
		}
		_, err = fmt.Fprintf(e.stdout, "deleted, with %d secrets; %d rooms that it created stay\n", len(secrets), rooms)
		return err
	})
}

// confirm asks on a terminal. Error: the answer is not yes.
func confirm(terminal io.ReadWriter, question string) error {
	if _, err := io.WriteString(terminal, question+"Type yes to go on: "); err != nil {
		return err
	}
	if answer, _ := bufio.NewReader(terminal).ReadString('\n'); strings.ToLower(strings.TrimSpace(answer)) != "yes" {
		return errors.New("not deleted")
	}
	return nil
}
