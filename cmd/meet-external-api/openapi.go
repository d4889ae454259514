package main

import (
	"fmt"

	spec "meet-external-api"
)

type openapiCommand struct{}

func (openapiCommand) Help() string {
	return "Prints openapi.yaml as it was built into the program.\n\nExample:\n  meet-external-api openapi > openapi.yaml"
}

// Run prints the specification.
func (openapiCommand) Run(e environment) error {
	_, err := fmt.Fprintf(e.stdout, "%s", spec.YAML)
	return err
}
