package embedded

import (
	"os"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// noSetuidFixup is SECBIT_NO_SETUID_FIXUP of linux/securebits.h.
const noSetuidFixup = 1 << 2

// pathOf is how a program under the account names its data directory, which is its file 3. The account may not be allowed
// to go through a directory above it, as in /root; what is open already needs no such permission.
func (a *account) pathOf(dir *os.File) string {
	if a == nil {
		return dir.Name()
	}
	return "/proc/self/fd/3"
}

// startReaching starts a program that lies below a directory that its user may not go through. It has
// CAP_DAC_READ_SEARCH for that, the right to read and search everything, and no other of our rights. Error: we do not
// have this right ourselves, as in most containers.
func startReaching(cmd *exec.Cmd) error {
	cmd.SysProcAttr.AmbientCaps = []uintptr{unix.CAP_DAC_READ_SEARCH}
	done := make(chan error)
	go func() {
		// The security bits are those of a thread. It ends with this goroutine, being locked to it.
		runtime.LockOSThread()
		// Without this, the change of the user takes the right away until the program runs, which is too late to find it,
		// and access(2) ignores the right, which PostgreSQL uses to find its own files.
		err := unix.Prctl(unix.PR_SET_SECUREBITS, noSetuidFixup, 0, 0, 0)
		if err == nil {
			err = cmd.Start()
		}
		done <- err
	}()
	return <-done
}
