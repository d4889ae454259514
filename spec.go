// Package spec is the contract that callers read: openapi.yaml, and for operators openapi.operator.yaml, embedded where they lie.
// Everything in generated/ is made of them.
package spec

import _ "embed"

// YAML is openapi.yaml to the byte. (The copy that oapi-codegen can embed has lost the order of the keys and gained the names of
// Go types.)
//
//go:embed openapi.yaml
var YAML []byte

// OperatorYAML is openapi.operator.yaml to the byte.
//
//go:embed openapi.operator.yaml
var OperatorYAML []byte
