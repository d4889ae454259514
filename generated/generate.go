// Package generated is what is made of openapi.yaml: the types and the strict server interface that package handlers
// implements (by oapi-codegen), and the specification itself. Change openapi.yaml and run `make generate`; nothing else
// here is edited.
package generated

import _ "embed"

//go:generate go tool -modfile=../tools/go.mod oapi-codegen -config config.yaml ../openapi.yaml
//go:generate cp ../openapi.yaml openapi.yaml

// Specification is openapi.yaml to the byte. (The copy that oapi-codegen can embed has lost the order of the keys and
// gained the names of Go types.)
//
//go:embed openapi.yaml
var Specification []byte
