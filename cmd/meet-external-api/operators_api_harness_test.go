// What the tests of docs/contract.md, "Operators", have in common.

package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	spec "meet-external-api"
	"meet-external-api/operator/api"
)

var operatorAPI = newSurface(api.BasePath, spec.OperatorYAML)

// operations is the server as operators reach it: requests go to the operators' API, and each answer is checked against its specification.
func (s *instance) operations() *instance {
	s.t.Helper()
	address := s.log.wait(s.t, "listening for operators")["address"].(string)
	return &instance{t: s.t, dsn: s.dsn, env: s.env, url: "http://" + address, api: operatorAPI, log: s.log}
}

// operatorToken makes a token of the operators' API.
func (s *instance) operatorToken(flags ...string) (id, token string) {
	s.t.Helper()
	printed := s.cli(append([]string{"operator", "create-token", "--name=terraform", "--json"}, flags...)...)
	var made struct{ ID, Token string }
	require.NoError(s.t, json.Unmarshal([]byte(printed), &made))
	return made.ID, made.Token
}

// operatorServer is a server as operators reach it, with a token that can write.
func operatorServer(t *testing.T, settings ...map[string]string) (s *instance, authorized requestOption) {
	t.Helper()
	s = start(t, settings...).operations()
	_, token := s.operatorToken("--write")
	return s, bearer(token)
}
