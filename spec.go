// Package spec is the contract that callers read: openapi.yaml, for Google's clients openapi.google.yaml, and for operators
// openapi.operator.yaml, embedded where they lie; and what callers read beside it. Everything in generated/ is made of the first three, and
// the page of package reference of the others.
package spec

import "embed"

// YAML is openapi.yaml to the byte. (The copy that oapi-codegen can embed has lost the order of the keys and gained the names of
// Go types.)
//
//go:embed openapi.yaml
var YAML []byte

// GoogleYAML is openapi.google.yaml to the byte.
//
//go:embed openapi.google.yaml
var GoogleYAML []byte

// OperatorYAML is openapi.operator.yaml to the byte.
//
//go:embed openapi.operator.yaml
var OperatorYAML []byte

// Guides are the documents for callers, and the examples of each operation in each language, by their path in the repository. What is in
// sdk/go belongs to a module of its own, and cannot be embedded here.
//
//go:embed docs/callers.md docs/booking-page.md docs/calendar.md docs/hand-over.md docs/sandbox.md docs/google.md docs/errors.md docs/generators.md
//go:embed docs/contract.md docs/contract-tests.md CHANGELOG.md
//go:embed sdk/README.md sdk/python/README.md sdk/typescript/README.md sdk/java/README.md sdk/examples
var Guides embed.FS
