package spectest

import (
	"net/http"
	"path"
	"slices"
	"sort"

	"github.com/getkin/kin-openapi/openapi3"
)

// operationPart is an operation of a specification.
type operationPart struct {
	path, method string
	item         *openapi3.PathItem
	operation    *openapi3.Operation
}

// operationsOf returns the operations of a specification, always in the same order.
func operationsOf(document *openapi3.T) (parts []operationPart) {
	for _, name := range document.Paths.InMatchingOrder() {
		item := document.Paths.Value(name)
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			if operation := item.GetOperation(method); operation != nil {
				parts = append(parts, operationPart{name, method, item, operation})
			}
		}
	}
	return parts
}

// parameters are those of the path and its own.
func (p operationPart) parameters() openapi3.Parameters {
	return slices.Concat(p.item.Parameters, p.operation.Parameters)
}

// place is what a part is called: by its name where it has one, else by where it is.
func place(reference, otherwise string) string {
	if reference != "" {
		return path.Base(reference)
	}
	return otherwise
}

// schemaPart is a schema, with the ways that values of it go.
type schemaPart struct {
	place                string
	schema               *openapi3.Schema
	inAnswers, inRequest bool
}

// schemasOf returns each schema that an operation makes use of, once.
func schemasOf(document *openapi3.T) (parts []*schemaPart) {
	known := map[*openapi3.Schema]*schemaPart{}
	var visit func(reference *openapi3.SchemaRef, otherwise string, answers bool)
	visit = func(reference *openapi3.SchemaRef, otherwise string, answers bool) {
		if reference == nil {
			return
		}
		part := known[reference.Value]
		if part == nil {
			part = &schemaPart{place: place(reference.Ref, otherwise), schema: reference.Value}
			known[reference.Value] = part
			parts = append(parts, part)
		}
		if answers && part.inAnswers || !answers && part.inRequest {
			return
		}
		part.inAnswers, part.inRequest = part.inAnswers || answers, part.inRequest || !answers
		for _, name := range sorted(reference.Value.Properties) {
			visit(reference.Value.Properties[name], part.place+"."+name, answers)
		}
		visit(reference.Value.Items, part.place+"[]", answers)
	}
	for _, part := range operationsOf(document) {
		id := part.operation.OperationID
		for _, p := range part.parameters() {
			visit(p.Value.Schema, place(p.Ref, id+" "+p.Value.Name), false)
		}
		if part.operation.RequestBody != nil {
			for _, media := range sorted(part.operation.RequestBody.Value.Content) {
				visit(part.operation.RequestBody.Value.Content[media].Schema, id+" body", false)
			}
		}
		for _, status := range sorted(part.operation.Responses.Map()) {
			response := part.operation.Responses.Value(status)
			at := place(response.Ref, id+" "+status)
			for _, name := range sorted(response.Value.Headers) {
				header := response.Value.Headers[name]
				visit(header.Value.Schema, place(header.Ref, at+" "+name), true)
			}
			for _, media := range sorted(response.Value.Content) {
				visit(response.Value.Content[media].Schema, at+" body", true)
			}
		}
	}
	return parts
}

func sorted[V any](of map[string]V) (names []string) {
	for name := range of {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
