// Package google is what oapi-codegen makes of openapi.google.yaml: the types, and the strict server interface that package google
// implements. Change openapi.google.yaml and run `make generate`; api.gen.go is never edited. encode.go is written by hand, for the same
// reason as that of package generated.
package google

//go:generate go tool -modfile=../../tools/go.mod oapi-codegen -config config.yaml ../../openapi.google.yaml
//go:generate gofmt -r "json.NewEncoder(a).Encode(b) -> encodeJSON(a, b)" -w api.gen.go
