package main

import (
	"io"
	"log/slog"
	"os"
)

// newLogger writes JSON for programs, or text where a person reads along.
func newLogger(s settings, out io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.logLevel)) // what the setting takes are slog's names
	options := &slog.HandlerOptions{Level: level}
	if s.logFormat == "text" || s.logFormat == "" && isTerminal(out) {
		return slog.New(slog.NewTextHandler(out, options))
	}
	return slog.New(slog.NewJSONHandler(out, options))
}

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
