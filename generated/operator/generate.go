// Package operator is what oapi-codegen makes of openapi.operator.yaml: the types, and the strict server interface that package
// operator/api implements. Change openapi.operator.yaml and run `make generate`; api.gen.go is never edited. encode.go is written by hand,
// for the same reason as that of package generated.
package operator

//go:generate go tool -modfile=../../tools/go.mod oapi-codegen -config config.yaml ../../openapi.operator.yaml
//go:generate gofmt -r "json.NewEncoder(a).Encode(b) -> encodeJSON(a, b)" -w api.gen.go
