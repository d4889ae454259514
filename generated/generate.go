// Package generated is what oapi-codegen makes of openapi.yaml: the types, and the strict server interface that package handlers
// implements. Change openapi.yaml and run `make generate`; api.gen.go is never edited. encode.go is written by hand: the generated code
// calls it in place of encoding/json, which would write `&` as an escape.
package generated

//go:generate go tool -modfile=../tools/go.mod oapi-codegen -config config.yaml ../openapi.yaml
//go:generate gofmt -r "json.NewEncoder(a).Encode(b) -> EncodeJSON(a, b)" -w api.gen.go
