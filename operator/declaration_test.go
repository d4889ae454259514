package operator

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"meet-external-api/refusal"
)

func noKeys(string) ([]byte, error) { return nil, errors.New("no such file") }

// What is wrong with a file is said with its line, all of it at once, and before anything is done.
func TestFaultsInDeclarations(t *testing.T) {
	t.Parallel()
	const begin = "applications:\n- name: Calendar\n  any_domain: true\n"
	for text, fault := range map[string]string{
		"":                                                          "line 1: no documents in stream",
		"applications: [\n":                                         "line 2: did not find expected node content",
		"a: b\n---\nc: d\n":                                         "line 1: expected single document, found multiple",
		"- name: Calendar\n":                                        "line 1: Expected a dictionary, but got list.; line 1: there are no `applications`",
		"applications: []\n":                                        "line 1: there are no `applications`",
		"applications: Calendar\n":                                  "line 1: applications: Expected a list, but got str.; line 1: there are no `applications`",
		"applications:\n- Calendar\n":                               "line 2: Expected a dictionary, but got str.",
		"applications:\n- domains: [a.b]":                           "line 2: name: This field is required.",
		"applications:\n- name: Calendar":                           "line 2: domains: " + refusal.DomainsMissing,
		begin + "  any_domain: true":                                "line 4: any_domain: it is given twice",
		begin + "  domain: [example.com]":                           "line 4: domain: it is not known here",
		begin + "  1: 2":                                            "line 4: 1: it is not known here",
		begin + "  domains: [example.com]":                          "line 4: domains: " + refusal.DomainsAndAny,
		begin + "  scopes: rooms:list":                              "line 4: scopes: Expected a list, but got str.",
		begin + "  scopes:\n  - rooms:all":                          `line 4: scopes: "rooms:all" is not a valid choice.`,
		begin + "  scopes: [rooms:list, 1]":                         "line 4: scopes: Not a valid string.",
		begin + "  scopes:\n  - rooms:list\n  - rooms:list":         `line 6: scopes: "rooms:list" is given twice`,
		begin + "  is_active: yes":                                  "line 4: is_active: Must be a valid boolean.",
		begin + "  is_active: 'true'":                               "line 4: is_active: Must be a valid boolean.",
		begin + "  visibility: all":                                 `line 4: visibility: "all" is not a valid choice.`,
		begin + "  visibility: ~":                                   "line 4: visibility: Not a valid string.",
		begin + "  client_id: ''":                                   "line 4: This field may not be blank.",
		begin + "  client_id: a\n  id: b":                           "line 4: client_id: id is given already",
		begin + "  public_keys: nonsense":                           "line 4: public_keys: give a JWK, a JWK Set or PEM blocks",
		begin + "  public_keys_file: there":                         "line 4: public_keys_file: no such file",
		begin + "  public_keys: ''\n  public_keys_file: a":          "line 5: public_keys_file: no such file; line 5: public_keys_file: public_keys is given already",
		"applications:\n- &one {name: a, any_domain: true}\n- *one": "line 3: Expected a dictionary, but got alias.",
		"applications:\n- &one {name: a, any_domain: true}\n- <<: *one\n  name: b":  "line 3: <<: it is not known here",
		"applications:\n- name: 12\n  any_domain: true\n- name: ' '\n  domains: []": "line 2: name: Not a valid string.; line 4: name: This field may not be blank.; line 5: domains: " + refusal.DomainsMissing,
		"applications:\n- name: \"a\\0\"\n  domains: [example]":                     `line 2: name: Null characters are not allowed.; line 3: domains: "example" is not a domain like example.com.`,
		`{"applications": [{"name": "Calendar", "any_domain": true, "Name": "b"}]}`: "line 1: Name: it is not known here",
	} {
		_, err := ReadDeclarations([]byte(text), noKeys)
		assert.EqualError(t, err, fault, text)
	}
}

// The example is one.
func TestExampleOfDeclarations(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/applications.yaml")
	require.NoError(t, err)
	for _, all := range [][]byte{text, bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("  # - "), []byte("  - ")), []byte("  #   "), []byte("    "))} {
		read, err := ReadDeclarations(all, func(string) ([]byte, error) { return nil, nil })
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(read), 2)
	}
}

// What is left out is not declared, and JSON is read as well.
func TestDeclarationsAreRead(t *testing.T) {
	t.Parallel()
	read, err := ReadDeclarations([]byte(`{"applications": [{"client_id": "Abc", "is_active": false, "domains": ["Example.com"]}]}`), noKeys)
	require.NoError(t, err)
	require.Len(t, read, 1)
	require.Equal(t, "Abc", read[0].ID)
	require.Equal(t, ApplicationChange{IsActive: new(false), Domains: &[]string{"Example.com"}}, read[0].ApplicationChange)
}
