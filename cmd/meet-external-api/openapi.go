package main

import (
	"fmt"
	"sync"

	spec "meet-external-api"
	"meet-external-api/handlers"
	"meet-external-api/reference"
)

// apiSpecification is openapi.yaml, read once in a process.
var apiSpecification = sync.OnceValues(func() (*handlers.SpecificationDocument, error) { return handlers.ReadSpecification(spec.YAML) })

// documentation are the pages about it, made once in a process.
var documentation = sync.OnceValues(func() (reference.Files, error) { return reference.New(spec.YAML, spec.Guides, handlers.BasePath) })

type openapiCommand struct{}

func (openapiCommand) Help() string {
	return "Prints openapi.yaml as it was built into the program.\n\nExample:\n  meet-external-api openapi > openapi.yaml"
}

// Run prints the specification.
func (openapiCommand) Run(e environment) error {
	_, err := fmt.Fprintf(e.stdout, "%s", spec.YAML)
	return err
}
