package main

import (
	"errors"
	"strings"

	"meet-external-api/db"
)

// finding is one thing that is wrong with the settings or with what they name, or worth knowing. It is an error, of one line.
type finding struct {
	// Code is the stable name of what it is about: one of those below, or a db.FaultKind.
	Code string `json:"code"`
	// Setting is the variable at fault, Table the table; empty where it is about none.
	Setting string `json:"setting,omitempty"`
	Table   string `json:"table,omitempty"`
	Text    string `json:"text"`
}

// The codes of findings, which docs/settings.md explains.
const (
	codeInvalid     = "setting_invalid"
	codeMissing     = "setting_missing"
	codeUnknown     = "setting_unknown"
	codeFile        = "setting_file"
	codeIgnored     = "setting_ignored"
	codeListen      = "listen_unavailable"
	codeRunning     = "already_running"
	codeEmbedded    = "embedded_database"
	codeDatabase    = "database_unavailable"
	codeReplica     = "read_replica"
	codeClock       = "clock_difference"
	codePooler      = "pooler"
	codeIndex       = "email_index_missing"
	codeSecret      = "secret_unusable"
	codeLate        = "background_late"
	codeRedis       = "redis_unavailable"
	codeLiveKit     = "livekit_unavailable"
	codeLiveKitKey  = "livekit_credentials"
	codeProvider    = "provider_unavailable"
	codeCredentials = "provider_credentials"
	codeKeys        = "provider_keys"
	codeOptional    = "right_optional"
)

// Error implements error.
func (f *finding) Error() string { return f.Text }

// aboutSetting returns a finding on a setting, whose name begins its text.
func aboutSetting(code, name, text string) *finding {
	return &finding{Code: code, Setting: name, Text: name + ": " + text}
}

// aboutDatabase returns a finding on the database.
func aboutDatabase(fault db.Fault) *finding {
	return &finding{Code: string(fault.Kind), Table: fault.Table, Text: "database: " + fault.Text}
}

// asError makes findings one error; nil: there are none.
func asError(findings []*finding) error {
	var all []error
	for _, f := range findings {
		all = append(all, f)
	}
	return errors.Join(all...)
}

// findingsOf are those that an error of asError joins.
func findingsOf(err error) []*finding {
	found := []*finding{}
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range all.Unwrap() {
			f, _ := errors.AsType[*finding](one)
			found = append(found, f)
		}
	}
	return found
}

// oneLine is the text of an error without line breaks.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
