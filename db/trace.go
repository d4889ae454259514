package db

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/lib/pq"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// statementSpan is that of a statement in the trace of a request; the zero one is of none.
type statementSpan struct{ trace.Span }

// beginSpan begins that of a statement, where ctx is of a request that is traced: so there is nothing to wire, and where there are no traces
// it costs a look at ctx. The span tells the text of the statement, and never its parameters.
func beginSpan(ctx context.Context, query string) (context.Context, statementSpan) {
	request := trace.SpanFromContext(ctx)
	if !request.IsRecording() {
		return ctx, statementSpan{}
	}
	told := descriptionOf(query)
	ctx, span := request.TracerProvider().Tracer("meet-external-api/db").Start(ctx, told.name,
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(told.attributes...))
	return ctx, statementSpan{span}
}

// fail notes an error by its code: its words hold values.
func (s statementSpan) fail(err error) {
	if s.Span == nil || err == nil {
		return
	}
	kind := fmt.Sprintf("%T", err)
	if answer := pq.As(err); answer != nil {
		kind = answer.SQLState()
		s.SetAttributes(semconv.DBResponseStatusCode(kind))
	}
	s.SetAttributes(semconv.ErrorTypeKey.String(kind))
	s.SetStatus(codes.Error, "")
}

// end ends it, with the error of its statement.
func (s statementSpan) end(err error) {
	if s.Span != nil {
		s.fail(err)
		s.End()
	}
}

// description is what spans tell of a statement.
type description struct {
	name       string
	attributes []attribute.KeyValue
}

// descriptions are those of the statements by their text. The texts are constants, so that they are not many.
var descriptions sync.Map

// writing and reading find what a statement does, and to which table first.
var (
	writing = regexp.MustCompile(`\b(insert) into ([a-z_.]+)|\b(update) ([a-z_.]+)(?: [a-z]+)? set\b|\b(delete) from ([a-z_.]+)`)
	reading = regexp.MustCompile(`\bfrom ([a-z_]+_[a-z_.]+)`)
)

func descriptionOf(query string) description {
	if known, found := descriptions.Load(query); found {
		return known.(description)
	}
	operation, table := subject(strings.TrimPrefix(query, withCaller))
	name := strings.TrimSpace(operation + " " + table)
	d := description{name, []attribute.KeyValue{
		semconv.DBSystemNamePostgreSQL, semconv.DBOperationName(operation), semconv.DBQuerySummary(name),
		semconv.DBQueryText(strings.Join(strings.Fields(query), " ")),
	}}
	descriptions.Store(query, d)
	return d
}

// subject is what a statement does, and to which table: of several the first of Meet's, or else the first.
func subject(query string) (operation, table string) {
	for _, found := range writing.FindAllStringSubmatch(query, -1) {
		words := strings.Fields(strings.Join(found[1:], " "))
		if operation == "" || strings.HasPrefix(words[1], "meet_") {
			operation, table = strings.ToUpper(words[0]), words[1]
		}
		if strings.HasPrefix(table, "meet_") {
			break
		}
	}
	if operation != "" {
		return operation, table
	}
	if found := reading.FindStringSubmatch(query); found != nil {
		return "SELECT", found[1]
	}
	operation, _, _ = strings.Cut(strings.TrimSpace(query), " ")
	return strings.ToUpper(operation), ""
}
