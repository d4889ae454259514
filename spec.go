// Package spec is the contract that callers read: openapi.yaml, embedded where it lies. Everything in generated/ is made of it.
package spec

import _ "embed"

// YAML is openapi.yaml to the byte. (The copy that oapi-codegen can embed has lost the order of the keys and gained the names of
// Go types.)
//
//go:embed openapi.yaml
var YAML []byte
