package main

import (
	"context"
	"io"
	"log/slog"
	"os"

	"go.opentelemetry.io/otel/trace"
)

// newLogger writes JSON for programs, or text where a person reads along.
func newLogger(s settings, out io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.logLevel)) // what the setting takes are slog's names
	options := &slog.HandlerOptions{Level: level}
	if s.logFormat == "text" || s.logFormat == "" && isTerminal(out) {
		return slog.New(tracedLog{slog.NewTextHandler(out, options)})
	}
	return slog.New(tracedLog{slog.NewJSONHandler(out, options)})
}

// tracedLog adds to each line of a request the ids of its trace and its span; of a trace that is the caller's alone, that of the trace.
type tracedLog struct{ slog.Handler }

// Handle implements slog.Handler.
func (h tracedLog) Handle(ctx context.Context, line slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		line = line.Clone()
		line.AddAttrs(slog.String("trace_id", span.TraceID().String()))
		if !span.IsRemote() {
			line.AddAttrs(slog.String("span_id", span.SpanID().String()))
		}
	}
	return h.Handler.Handle(ctx, line)
}

// WithAttrs implements slog.Handler.
func (h tracedLog) WithAttrs(attributes []slog.Attr) slog.Handler {
	return tracedLog{h.Handler.WithAttrs(attributes)}
}

// WithGroup implements slog.Handler.
func (h tracedLog) WithGroup(name string) slog.Handler { return tracedLog{h.Handler.WithGroup(name)} }

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
