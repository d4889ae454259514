//go:build !linux

package embedded

import (
	"errors"
	"os"
	"os/exec"
)

func (*account) pathOf(dir *os.File) string { return dir.Name() }

func startReaching(*exec.Cmd) error { return errors.ErrUnsupported }
