package main

import (
	"fmt"
)

type healthCommand struct{}

func (healthCommand) Help() string {
	return "For the health check of a container in which there is nothing but this program: asks the server on EXTERNAL_API_LISTEN of the same " +
		"machine whether it is live, and not for its database, without which nothing is gained by a restart. Ends with 1 where it is not.\n\n" +
		"Example:\n  meet-external-api health"
}

// Run asks for liveness (docs/contract.md, "Beside the API").
func (healthCommand) Run(e environment) error {
	s, err := readSettings(e.env)
	if s.faulty["EXTERNAL_API_LISTEN"] {
		return err
	}
	if !servesAt(e.ctx, s.listen) {
		return fmt.Errorf("no meet-external-api answers on %s", s.listen)
	}
	return nil
}
