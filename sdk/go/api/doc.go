// Package api is what openapi.yaml says, in Go: the types of what is sent and answered, and for each operation a function that makes its
// Request. Package meet sends them; programs take the types from here.
//
// A member that is left out is the zero value, on both ways. Where zero means something, the member is a pointer, or a slice that may be
// nil or empty.
package api

//go:generate go tool -modfile=../../../tools/go.mod oapi-codegen -config config.yaml ../../../openapi.yaml
