package spectest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const things = `
openapi: 3.0.3
info: {title: Things, version: 1.0.0}
paths:
  /things/:
    post:
      operationId: makeThing
      x-required-scope: things
      parameters:
        - {name: number, in: query, schema: {type: integer, minimum: 1, maximum: 3}}
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties:
                name: {type: string, minLength: 1, maxLength: 3, pattern: '^[a-z]*$'}
                color: {type: string, enum: [red, blue]}
      responses:
        "201":
          description: Made.
          headers:
            ETag: {required: true, schema: {type: string}}
          content:
            application/json:
              schema:
                type: object
                required: [id]
                properties:
                  id: {type: string}
                  size: {type: integer, nullable: true}
                  note: {type: string}
              example: {id: 7c9e6679-7425-40de-944b-e07fc1f90ae7, size: 2}
        "400":
          description: Bad.
          content:
            application/json:
              schema: {type: object, additionalProperties: true}
`

// exchange is a request with a query and a body, and what came of it.
type exchange struct {
	query, body string
	status      int
	answer      string
}

// exchanges show all that things says, and nothing twice.
var exchanges = []exchange{
	{"", `{"name": "a", "color": "red"}`, 201, `{"id": "0f8fad5b-d9cb-469f-a165-70867728950e", "size": 2}`},
	{"number=1", `{"name": "abc", "color": "blue"}`, 201, `{"id": "x", "size": null}`},
	{"number=3", `{"name": "b"}`, 201, `{"id": "x", "note": "y"}`},
	{"number=0", `{"name": "a"}`, 400, `{"number": []}`},
	{"number=4", `{"name": "a"}`, 400, `{"number": []}`},
	{"", `{}`, 400, `{"name": []}`},
	{"", `{"name": ""}`, 400, `{"name": []}`},
	{"", `{"name": "abcd"}`, 400, `{"name": []}`},
	{"", `{"name": "A"}`, 400, `{"name": []}`},
	{"", `{"name": "a", "color": "green"}`, 400, `{"color": []}`},
}

// recorded returns a specification by which exchanges went.
func recorded(t *testing.T, specification string, all ...exchange) *Specification {
	t.Helper()
	s, err := Load([]byte(specification))
	require.NoError(t, err)
	for _, e := range all {
		asked, err := http.NewRequest(http.MethodPost, "/things/?"+e.query, strings.NewReader(e.body))
		require.NoError(t, err)
		asked.Header.Set("Content-Type", "application/json")
		route, path, err := s.Router.FindRoute(asked)
		require.NoError(t, err)
		a := Answer{Status: e.status, Header: http.Header{"Content-Type": {"application/json"}}}
		if e.status == http.StatusCreated {
			a.Header.Set("ETag", `"x"`)
		}
		require.NoError(t, json.Unmarshal([]byte(e.answer), &a.Body))
		a.Blamed = sorted(a.Body)
		s.Record(route, path, asked, a)
	}
	return s
}

func TestExactSpecification(t *testing.T) {
	t.Parallel()
	s := recorded(t, things, exchanges...)
	require.Greater(t, len(s.mutants()), 40)
	require.Empty(t, s.Faults(nil))
	require.Empty(t, s.Faults(nil), "no mutant is left behind")
	require.Equal(t, []string{"makeThing 409: it is explained (why), and there is nothing to explain"}, s.Faults(map[string]string{"makeThing 409": "why"}))
}

// Without one of the exchanges, something is no longer shown.
func TestWhatIsNotShown(t *testing.T) {
	t.Parallel()
	for i, want := range []string{
		"makeThing 201 example: no answer is like it", "makeThing number minimum: no request at this bound is served",
		"makeThing number maximum: no request at this bound is served", "makeThing number minimum: no request just beyond it is refused",
		"makeThing number maximum: no request just beyond it is refused", "makeThing body.name required: no request is refused for being without it",
		"makeThing body.name minLength: no request just beyond it is refused", "makeThing body.name maxLength: no request just beyond it is refused",
		"makeThing body.name pattern: no request with another text is refused", "makeThing body.color enum: no request with another value is refused",
	} {
		less := append(append([]exchange{}, exchanges[:i]...), exchanges[i+1:]...)
		faults := recorded(t, things, less...).Faults(nil)
		require.Contains(t, faults, want, "without %v", exchanges[i])
		at, _, _ := strings.Cut(want, ":")
		explained := map[string]string{}
		for _, fault := range faults {
			at, _, _ := strings.Cut(fault, ":")
			explained[at] = "why"
		}
		require.Contains(t, explained, at)
		require.Empty(t, recorded(t, things, less...).Faults(explained))
	}
}

// What a specification says beyond what happens is found, though each answer is as it says.
func TestLooseSpecification(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ old, new, want string }{
		{"required: [id]", "x-required: [id]", "makeThing 201 body.id required: no answer is without it"},
		{"required: [name]", "x-required: [name]", "makeThing body.name required: no request without it is served"},
		{"enum: [red, blue]", "enum: [red, blue, pink]", "makeThing body.color enum pink: no request with this value is served"},
		{"note: {type: string}", "note: {type: string, enum: [y, z]}", "makeThing 201 body.note enum z: no answer has this value"},
		{"note: {type: string}", "note: {type: string, nullable: true}", "makeThing 201 body.note nullable: it is never null in an answer"},
		{"maxLength: 3", "maxLength: 4", "makeThing body.name maxLength: no request at this bound is served"},
		{"maximum: 3", "maximum: 4", "makeThing number maximum: no request at this bound is served"},
		{"note: {type: string}", "note: {type: string}\n                  more: {type: string}", "makeThing 201 body.more: no answer has it"},
		{"note: {type: string}", "x-note: {type: string}", "makeThing 201 body.note: an answer has it, and it is not documented"},
		{"{required: true, schema", "{schema", "makeThing 201 ETag required: no answer is without this header"},
		{`"400":`, "\"404\": {description: None.}\n        \"400\":", "makeThing 404: no request gets this answer"},
		{"size: 2", "size: 3", "makeThing 201 example: no answer is like it"},
		{"name: number, in: query,", "name: number, in: query, required: true,", "makeThing number required: a request without it is served"},
	} {
		changed := strings.Replace(things, c.old, c.new, 1)
		require.NotEqual(t, things, changed)
		require.Contains(t, recorded(t, changed, exchanges...).Faults(nil), c.want)
	}
}
