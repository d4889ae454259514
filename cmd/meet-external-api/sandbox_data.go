package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"meet-external-api/audit"
	"meet-external-api/auth"
	"meet-external-api/db"
	"meet-external-api/operator"
	"meet-external-api/refusal"
)

const (
	demoUser      = "user@example.com"
	demoColleague = "colleague@example.com"
	demoOperator  = "admin@example.com"
)

// demoCredentials are those that the sandbox shows.
type demoCredentials struct {
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	Password     string `json:"password"`
}

func (s *sandbox) applicationFile() string { return filepath.Join(s.dir, "application.json") }

func (s *sandbox) operatorFile() string { return filepath.Join(s.dir, "operator.json") }

// makeKey makes the key for tokens on the first run, and returns the path of its file.
func (s *sandbox) makeKey() (path string, err error) {
	path = filepath.Join(s.dir, "jwt.key")
	return path, s.makeOnce(path, func() (string, error) {
		key := make([]byte, 48)
		_, _ = rand.Read(key) // never fails
		return base64.StdEncoding.EncodeToString(key), nil
	})
}

// makeData makes the users, the application and the operator on the first run, and returns the credentials.
func (s *sandbox) makeData(ctx context.Context, o *operator.Service) (c demoCredentials, err error) {
	by := audit.Source{Channel: audit.CommandLine, Operator: accountName(), RequestID: uuid.NewString()}
	for _, address := range []string{demoUser, demoColleague} {
		if err := makeUser(ctx, o, by, address); err != nil {
			return c, err
		}
	}
	err = s.makeOnce(s.applicationFile(), func() (string, error) {
		application, secret, err := o.CreateApplication(ctx, by, operator.NewApplication{Name: "Demo", AnyDomain: true, Scopes: auth.Scopes})
		if err != nil {
			return "", err
		}
		return marshal(printedApplication{application, secret}, "")
	})
	if err != nil {
		return c, err
	}
	err = s.makeOnce(s.operatorFile(), func() (string, error) {
		password, err := o.CreateOperator(ctx, by, demoOperator)
		if errors.Is(err, refusal.OperatorExists) {
			return "", fmt.Errorf("%s is there, and %s with the password is not: remove the data to begin anew", demoOperator, s.operatorFile())
		}
		if err != nil {
			return "", err
		}
		return marshal(map[string]string{"email": demoOperator, "password": password}, "")
	})
	return c, errors.Join(err, readJSONFile(s.applicationFile(), &c), readJSONFile(s.operatorFile(), &c))
}

func makeUser(ctx context.Context, o *operator.Service, by audit.Source, address string) error {
	found := false
	err := o.EachUser(ctx, db.Page{Search: address}, func(user db.User) error {
		found = found || user.Email != nil && *user.Email == address
		return nil
	})
	if err == nil && !found {
		_, err = o.CreateUser(ctx, by, address, nil)
	}
	return err
}

// makeOnce writes what text returns to a file that its owner alone can read, whole or not at all, unless the file is there.
func (s *sandbox) makeOnce(path string, text func() (string, error)) error {
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		return nil
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	content, err := text()
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(s.dir, ".new-*")
	if err != nil {
		return err
	}
	_, err = file.WriteString(content + "\n")
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}

func readJSONFile(path string, into any) error {
	content, err := os.ReadFile(path) //nolint:gosec // a file of the sandbox
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
