package embedded

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// account is the user and the group that PostgreSQL runs under, which refuses to run as root. It is nil where the
// account of this process will do.
type account struct{ uid, gid uint32 }

// newAccount chooses the account of a new cluster.
func newAccount() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, candidate := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(candidate)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(found.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("the user %s: %w", candidate, err)
		}
		gid, err := strconv.ParseUint(found.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("the group of user %s: %w", candidate, err)
		}
		return &account{uid: uint32(uid), gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL refuses to run as root, and there is no user postgres or nobody: make one, or be another user")
}

// ownerOf is the account that a cluster belongs to.
func ownerOf(cluster string) (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	var info syscall.Stat_t
	if err := syscall.Stat(cluster, &info); err != nil {
		return nil, fmt.Errorf("finding its owner: %w", err)
	}
	if info.Uid == 0 {
		return nil, errors.New("it belongs to root, and PostgreSQL refuses to run as root: make it another user's with chown -R")
	}
	return &account{uid: info.Uid, gid: info.Gid}, nil
}

func (a *account) credential() *syscall.Credential {
	if a == nil {
		return nil
	}
	return &syscall.Credential{Uid: a.uid, Gid: a.gid}
}

// give makes the account the owner of a directory that we made.
func (a *account) give(dir string) error {
	if a == nil {
		return nil
	}
	if err := os.Chown(dir, int(a.uid), int(a.gid)); err != nil {
		return fmt.Errorf("giving PostgreSQL its directory: %w", err)
	}
	return nil
}

func (a *account) String() string { return strconv.FormatUint(uint64(a.uid), 10) }
