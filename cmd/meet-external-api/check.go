package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"
)

type checkCommand struct {
	JSON bool `name:"json" help:"Print one JSON object, for programs."`
}

func (checkCommand) Help() string {
	return "Reads the settings as serve does, asks the database, Redis, LiveKit and the OpenID provider where they name one, tries the " +
		"address to listen on, and prints each fault on a line of its own. Nothing is changed. Ends with 1 when there is a fault; " +
		"hints are none.\n\nExamples:\n  meet-external-api check\n  meet-external-api check --json"
}

// report is what check prints.
type report struct {
	Faults []*finding `json:"faults"`
	Hints  []*finding `json:"hints"`
}

// Run prints the faults.
func (c checkCommand) Run(e environment) error {
	found := check(e)
	write := found.text
	if c.JSON {
		write = found.json
	}
	if err := write(e.stdout); err != nil {
		return err
	}
	if len(found.Faults) > 0 {
		return errors.New("the faults are listed above")
	}
	return nil
}

func (r report) json(out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}

func (r report) text(out io.Writer) error {
	var lines []string
	for _, hint := range r.Hints {
		lines = append(lines, "hint: "+hint.Text)
	}
	for _, fault := range r.Faults {
		lines = append(lines, fault.Text)
	}
	if len(r.Faults) == 0 {
		lines = append(lines, "no faults")
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(out, printable(line)); err != nil {
			return err
		}
	}
	return nil
}

// checkTimeout bounds each question to another server than the database.
const checkTimeout = 5 * time.Second

// check looks at everything at once. What a setting at fault leads to is not looked at.
func check(e environment) report {
	s, settingsErr := readSettings(e.env)
	d, dependenciesErr := newDependencies(s, slog.New(slog.DiscardHandler))
	defer d.close()
	found := report{Faults: append(findingsOf(settingsErr), findingsOf(dependenciesErr)...), Hints: append([]*finding{}, s.hints...)}
	looks := []func(context.Context) report{
		d.checkListen, d.checkDatabase, d.checkReadReplica, d.checkRedis, d.checkLiveKit, d.checkProvider, d.checkProviderKeys,
	}
	reports := make([]report, len(looks))
	var group errgroup.Group
	for i, look := range looks {
		group.Go(func() error { reports[i] = look(e.ctx); return nil })
	}
	_ = group.Wait()
	for _, r := range reports {
		found.Faults, found.Hints = append(found.Faults, r.Faults...), append(found.Hints, r.Hints...)
	}
	return found
}

// faulted is a report of an error as a fault; nil: of none.
func faulted(code, setting, prefix string, err error) report {
	if err == nil {
		return report{}
	}
	return report{Faults: []*finding{{Code: code, Setting: setting, Text: prefix + oneLine(err)}}}
}
