package embedded

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

func openLock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // A fixed name in the user's own directory.
	if err != nil {
		return nil, fmt.Errorf("opening a lock: %w", err)
	}
	return file, nil
}

// tryLock locks file, how is LOCK_SH or LOCK_EX, and tells whether it could. Whoever had it locked otherwise and fails may
// have lost that lock. Processes that inherit the open file share the lock, until the last of them closes it.
func tryLock(file *os.File, how int) (bool, error) {
	err := syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, syscall.EWOULDBLOCK), errors.Is(err, syscall.EINTR):
		return false, nil
	}
	return false, fmt.Errorf("locking %s: %w", file.Name(), err)
}

// unlock ends a lock even where a process that is only just being started has inherited it.
func unlock(file *os.File) {
	_ = syscall.Flock(int(file.Fd()), syscall.LOCK_UN)
	_ = file.Close()
}
