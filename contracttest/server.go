package contracttest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// server is the one that is asked, with what the checks share.
type server struct {
	config     Config
	meet       bool
	operations map[string]operation
	// token has all scopes of the application.
	token  string
	scopes []string
	// began is when the first check did, by the clock of the server.
	began string
	// made are the rooms to delete in the end.
	made []string
	// shared is the room that checks have in common where none can be deleted.
	shared answer
}

func newServer(ctx context.Context, config Config) (*server, error) {
	s := &server{config: config, meet: config.Meet}
	s.config.URL = strings.TrimRight(config.URL, "/")
	var err error
	if !s.meet {
		if s.meet, err = s.isMeet(ctx); err != nil {
			return nil, err
		}
	}
	if s.operations, err = operations(s.meet); err != nil {
		return nil, err
	}
	token, err := s.ask(ctx, request{operation: "generateToken", body: s.credentials()})
	if err == nil {
		err = token.is(http.StatusOK)
	}
	if err != nil {
		return nil, fmt.Errorf("there is no token: %w", err)
	}
	began, err := http.ParseTime(token.header.Get("Date"))
	if err != nil {
		began = time.Now()
	}
	s.began = began.Add(-time.Minute).UTC().Format(time.RFC3339)
	s.token, s.scopes = token.text("access_token"), strings.Fields(token.text("scope"))
	return s, nil
}

// isMeet tells whether the server lacks all by which this one introduces itself.
func (s *server) isMeet(ctx context.Context) (bool, error) {
	document, err := s.send(ctx, http.MethodGet, "/openapi.yaml", nil, nil)
	if err != nil {
		return false, err
	}
	metadata, err := s.send(ctx, http.MethodGet, "/.well-known/oauth-authorization-server", nil, nil)
	return !bytes.HasPrefix(document.raw, []byte("openapi:")) && metadata.text("issuer") == "", err
}

func (s *server) holds(scope string) bool { return slices.Contains(s.scopes, scope) }

// credentials are the members of a good request for a token.
func (s *server) credentials() object {
	return object{
		"client_id": s.config.ClientID, "client_secret": s.config.ClientSecret, "grant_type": "client_credentials", "scope": s.config.Email,
	}
}

type object = map[string]any

// request is what a check asks for.
type request struct {
	// operation is the operationId of openapi.yaml that the answer has to fit; without one, method and path are asked as they are.
	operation, method, path string
	// id is the room of the path, and access who has a role in it.
	id, access string
	query      string
	// body is sent as JSON, or as it is where it is a text.
	body any
	// header has what is beside the token. One that is empty is not sent.
	header object
	// anonymous leaves the token out.
	anonymous bool
}

// ask sends a request, and checks the answer by openapi.yaml.
func (s *server) ask(ctx context.Context, r request) (answer, error) {
	header := http.Header{}
	if !r.anonymous && s.token != "" {
		header.Set("Authorization", "Bearer "+s.token)
	}
	if o, known := s.operations[r.operation]; known {
		r.method, r.path = o.method, strings.NewReplacer("{id}", url.PathEscape(r.id), "{access_id}", url.PathEscape(r.access)).Replace(o.path)
		if o.credentials {
			header.Del("Authorization")
		}
	}
	var body []byte
	switch b := r.body.(type) {
	case nil:
	case string:
		body = []byte(b)
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			return answer{}, err
		}
		body = encoded
	}
	if body != nil {
		header.Set("Content-Type", "application/json")
	}
	for name, value := range r.header {
		header.Set(name, value.(string))
	}
	if r.query != "" {
		r.path += "?" + r.query
	}
	a, err := s.send(ctx, r.method, r.path, header, body)
	if err != nil {
		return a, err
	}
	if id := a.text("id"); r.operation == "createRoom" && id != "" && !slices.Contains(s.made, id) {
		s.made = append(s.made, id)
	}
	return a, s.validate(ctx, r.operation, a)
}

// client follows no redirect: the contract has none, and an answer must not choose where credentials go.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// maxAnswer is how many bytes of an answer are read.
const maxAnswer = 16 << 20

// answer is what the server said.
type answer struct {
	asked  string
	status int
	header http.Header
	raw    []byte
	body   object
}

func (s *server) send(ctx context.Context, method, path string, header http.Header, body []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, s.config.URL+path, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for name, values := range header {
		r.Header[name] = values
	}
	received, err := client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = received.Body.Close() }()
	raw, err := io.ReadAll(http.MaxBytesReader(nil, received.Body, maxAnswer))
	if err != nil {
		return answer{}, err
	}
	a := answer{asked: method + " " + path, status: received.StatusCode, header: received.Header, raw: raw}
	_ = json.Unmarshal(raw, &a.body) // What is no object has no members.
	return a, nil
}

// text is a member of the body that is a text, empty for any other.
func (a answer) text(name string) string {
	value, _ := a.body[name].(string)
	return value
}

// is an error unless the answer has a status.
func (a answer) is(status int) error {
	return expect(a.status == status, "%s: got %s, want %d", a.asked, a, status)
}

// says is an error unless the answer has a status and a detail.
func (a answer) says(status int, detail string) error {
	return expect(a.status == status && a.text("detail") == detail, "%s: got %s, want %d %q", a.asked, a, status, detail)
}

// names is an error unless the answer is 400 and has a message for a field.
func (a answer) names(field string) error {
	_, named := a.body[field]
	return expect(a.status == http.StatusBadRequest && named, "%s: got %s, want 400 and %q", a.asked, a, field)
}

// String has no body of a success, which may be a token.
func (a answer) String() string {
	if a.status < http.StatusBadRequest {
		return fmt.Sprint(a.status)
	}
	return fmt.Sprintf("%d %.300s", a.status, a.raw)
}

// room makes a room, which ends by itself where this is interrupted. Where rooms cannot be deleted, there is one for all.
func (s *server) room(ctx context.Context) (answer, error) {
	if s.shared.body != nil {
		return s.shared, nil
	}
	body := object{}
	if !s.meet {
		body["expires_at"] = time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	}
	a, err := s.ask(ctx, request{operation: "createRoom", body: body})
	if err == nil {
		err = a.is(http.StatusCreated)
	}
	if err == nil && s.meet {
		s.shared = a
	}
	return a, err
}

// update changes a room. Meet's releases up to 1.27 do not.
func (s *server) update(ctx context.Context, room answer, change object, header object) (answer, error) {
	a, err := s.ask(ctx, request{operation: "updateRoom", id: room.text("id"), body: change, header: header})
	if s.meet && a.status == http.StatusMethodNotAllowed {
		return a, skip("this release of Meet changes no rooms")
	}
	return a, first(err, a.is(http.StatusOK))
}

// deleteRooms deletes what was made, and returns what is left.
func (s *server) deleteRooms(ctx context.Context) []string {
	if s.meet {
		return s.made
	}
	return slices.DeleteFunc(s.made, func(id string) bool {
		a, err := s.send(ctx, http.MethodDelete, "/rooms/"+id+"/", http.Header{"Authorization": {"Bearer " + s.token}}, nil)
		return err == nil && (a.status == http.StatusNoContent || a.status == http.StatusNotFound)
	})
}

// name is one that nobody has used.
func name() string { return "contracttest-" + rand.Text() }
