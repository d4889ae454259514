package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"meet-external-api/audit"
	"meet-external-api/operator"
)

// maxDeclarations is how many bytes a file of applications, or one with public keys, may have.
const maxDeclarations = 1 << 20

type applyCommand struct {
	File        string `short:"f" required:"" placeholder:"FILE" help:"The file that declares applications, in YAML; - is the standard input."`
	Yes         bool   `help:"Do not ask."`
	DryRun      bool   `help:"Show the difference and end."`
	SecretsFile string `placeholder:"FILE" help:"A new file for the credentials of new applications, a line of JSON for each; without it they are printed."`
	JSON        bool   `name:"json" help:"Print JSON."`
}

func (applyCommand) Help() string {
	return "Shows what is to be created (+) and changed (~), asks, and does it; run again, it changes nothing. An application is found by " +
		"its client_id or id where the file has one, else by its name. What the file leaves out of an application stays as it is, and so do " +
		"applications that it does not name: application delete deletes. The first failure ends it, and what was done is said.\n\n" +
		"Examples:\n" +
		"  meet-external-api apply -f applications.yaml\n" +
		"  meet-external-api apply -f applications.yaml --dry-run\n" +
		"  meet-external-api apply -f - --yes --secrets-file /run/secrets/applications.json < applications.yaml"
}

// Run makes applications what the file declares.
func (c applyCommand) Run(e environment) error {
	declared, err := c.read()
	if err != nil {
		return err
	}
	return withOperator(e, audit.ApplicationList, "", func(o *operator.Service, by audit.Source) error {
		steps, others, err := o.Plan(e.ctx, declared)
		if faults := (operator.Faults{}); errors.As(err, &faults) {
			return c.faulty(faults)
		}
		if err != nil {
			return err
		}
		plan := planText(steps, others)
		if !c.JSON {
			if _, err := io.WriteString(e.stdout, plan); err != nil {
				return err
			}
			plan = ""
		}
		if c.DryRun || len(pending(steps)) == 0 {
			return c.print(e, steps, nil)
		}
		if err := c.ask(plan); err != nil {
			return err
		}
		return c.apply(e, o, by, steps)
	})
}

// ask asks unless --yes is given, where there is something to do. Errors: there is no terminal; the answer is not yes.
func (c applyCommand) ask(question string) error {
	if c.Yes {
		return nil
	}
	terminal, err := openTerminal("apply")
	if err != nil {
		return err
	}
	defer func() { _ = terminal.Close() }()
	return confirm(terminal, question, "nothing was changed")
}

// read reads the declarations. Errors: what is wrong with the file, as wrong usage.
func (c applyCommand) read() ([]operator.Declaration, error) {
	directory, file := ".", os.Stdin
	if c.File != "-" {
		opened, err := os.Open(c.File)
		if err != nil {
			return nil, fmt.Errorf("--file: %w", err)
		}
		defer func() { _ = opened.Close() }()
		directory, file = filepath.Dir(c.File), opened
	}
	text, err := readBounded(file, c.File)
	if err != nil {
		return nil, err
	}
	declared, err := operator.ReadDeclarations(bytes.TrimPrefix(text, []byte("\ufeff")), func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(directory, name)
		}
		opened, err := os.Open(name) //nolint:gosec // the operator names the file, and it has to hold public keys
		if err != nil {
			return nil, err
		}
		defer func() { _ = opened.Close() }()
		return readBounded(opened, name)
	})
	if err != nil {
		return nil, c.faulty(err)
	}
	return declared, nil
}

// readBounded reads a file of at most maxDeclarations bytes, such as no device is. Errors: one that is longer, as wrong usage.
func readBounded(file io.Reader, name string) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(file, maxDeclarations+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("--file: %w", err)
	case len(text) > maxDeclarations:
		return nil, usageError{fmt.Errorf("%s has more than %d bytes", name, maxDeclarations)}
	}
	return text, nil
}

func (c applyCommand) faulty(err error) error { return usageError{fmt.Errorf("%s: %w", c.File, err)} }

// apply takes the steps, until one fails.
func (c applyCommand) apply(e environment, o *operator.Service, by audit.Source, steps []operator.Step) error {
	secrets, err := c.secretsFile()
	if err != nil {
		return err
	}
	if secrets != nil {
		defer func() { _ = secrets.Close() }()
	}
	done := map[int]printedApplication{}
	for i, step := range steps {
		if step.Action == "" {
			continue
		}
		application, made, err := o.Do(e.ctx, by, step)
		if err != nil {
			err = attempt{step.Action, step.Was.ClientID, err}
		}
		if err == nil && made != "" && secrets != nil {
			err = keepSecret(secrets, application, made)
			made = ""
		}
		if err == nil {
			done[i] = printedApplication{application, made}
			err = c.printDone(e, step, done[i])
		}
		if err != nil {
			err = fmt.Errorf("%s: %w; %d of %d done before it", printable(step.Becomes.Name), err, len(done), len(pending(steps)))
			return errors.Join(err, c.print(e, steps, done))
		}
	}
	return c.print(e, steps, done)
}

// secretsFile makes the file for credentials, which nobody else can read; nil: there is none.
func (c applyCommand) secretsFile() (*os.File, error) {
	if c.SecretsFile == "" {
		return nil, nil
	}
	file, err := os.OpenFile(c.SecretsFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		err = fmt.Errorf("--secrets-file: %w", err)
	}
	return file, err
}

// keepSecret adds the credentials of one application to the file. They are nowhere else: they are there before anything else is done.
func keepSecret(file *os.File, a operator.Application, made string) error {
	line, err := json.Marshal(map[string]string{"name": a.Name, "client_id": a.ClientID, "client_secret": made})
	if err == nil {
		_, err = file.Write(append(line, '\n'))
	}
	return errors.Join(err, file.Sync())
}

func pending(steps []operator.Step) (todo []operator.Step) {
	for _, step := range steps {
		if step.Action != "" {
			todo = append(todo, step)
		}
	}
	return todo
}
