package main

import (
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"meet-external-api/audit"
	"meet-external-api/db"
)

// Where the lines of the audit trail go, beside the path of a file (EXTERNAL_API_AUDIT_LOG).
const (
	auditToStdout = "stdout"
	auditToNobody = "none"
)

// parseAuditLog takes a path that cannot be meant for a word.
func parseAuditLog(text string) (string, bool) {
	return text, text == auditToStdout || text == auditToNobody || strings.ContainsRune(text, filepath.Separator)
}

// auditFile is the path of the file to which the lines go; empty: to none.
func (s settings) auditFile() string {
	if s.auditLog == auditToStdout || s.auditLog == auditToNobody {
		return ""
	}
	return s.auditLog
}

// openAuditLog opens what takes the lines of a server; nil: there are none.
func openAuditLog(s settings, stdout io.Writer) (lines io.Writer, closes func(), err error) {
	switch {
	case s.auditFile() != "":
		file, err := openAuditFile(s.auditFile())
		return file, func() { _ = file.Close() }, err
	case s.auditLog == auditToStdout && !isTerminal(stdout):
		return stdout, func() {}, nil
	}
	return nil, func() {}, nil
}

// openAuditFile opens a file to append lines to, and makes it for one account alone where it is not there. Others may write to it at the
// same time.
func openAuditFile(path string) (*os.File, error) {
	file, err := makeAuditFile(path)
	if errors.Is(err, fs.ErrExist) {
		file, err = os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0) //nolint:gosec // the operator names the file
	}
	if err != nil {
		err = aboutSetting(codeFile, "EXTERNAL_API_AUDIT_LOG", err.Error())
	}
	return file, err
}

// makeAuditFile makes a file that is not there. That of root's belongs to who has the directory: a command of an operator may come before
// the first line of the service. One that is there is left to its owner, whatever a link leads to.
func makeAuditFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the operator names the file
	if err != nil || os.Geteuid() != 0 {
		return file, err
	}
	var directory syscall.Stat_t
	if err := syscall.Stat(filepath.Dir(path), &directory); err != nil {
		return file, err
	}
	return file, file.Chown(int(directory.Uid), int(directory.Gid))
}

// tryAuditFile tells whether openAuditFile would succeed, and leaves no file behind that another account could not write to.
func tryAuditFile(path string) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) {
		file, err = os.CreateTemp(filepath.Dir(path), ".audit-*")
		if err == nil {
			defer func() { _ = os.Remove(file.Name()) }()
		}
	}
	if err == nil {
		err = file.Close()
	}
	return err
}

// newRecorder makes what keeps the events of the audit trail, and writes their lines, also of those that are stored with a change.
func newRecorder(store *db.DB, lines io.Writer, log *slog.Logger) *audit.Recorder {
	recorder := audit.NewRecorder(audit.RecorderOptions{Store: store.StoreEvents, Lines: lines, Log: log})
	store.OnAudit(recorder.Stored)
	return recorder
}
