// What a caller does with every operation of openapi.yaml, for tests of how servers change beside it: tests of the operations themselves
// are in the files of their chapters.

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	spec "meet-external-api"
	"meet-external-api/handlers"
)

// caller sends one request after the other, in turns to its servers, and each but once: over connections that it keeps, as long as no
// answer says otherwise.
type caller struct {
	urls        []string
	application credentials
	// user is for whom it acts, and member has a part in the rooms.
	user, member string

	connections map[string]*connection
	sent        int
	answered    map[string]int  // answers by operationId
	rooms       map[string]bool // those whose creation was answered, and whose deletion was not
}

func newCaller(application credentials, user, member string, urls ...string) *caller {
	return &caller{
		urls: urls, application: application, user: user, member: member,
		connections: map[string]*connection{}, answered: map[string]int{}, rooms: map[string]bool{},
	}
}

func (c *caller) close() {
	for _, connection := range c.connections {
		_ = connection.Close()
	}
}

// do makes a request for an operation. Errors: no answer, one that was broken off, and another status.
func (c *caller) do(operation, method, path string, body any, status int, options ...requestOption) (answer, error) {
	url := c.urls[c.sent%len(c.urls)]
	c.sent++
	a, err := c.ask(url, method, path, body, options)
	if err != nil {
		delete(c.connections, url)
		return a, fmt.Errorf("%s at %s: %w", operation, url, err)
	}
	if a.status != status {
		return a, fmt.Errorf("%s at %s: %d %s", operation, url, a.status, a.raw)
	}
	c.answered[operation]++
	return a, nil
}

func (c *caller) ask(url, method, path string, body any, options []requestOption) (a answer, err error) {
	connection := c.connections[url]
	if connection == nil {
		if connection, err = connect(url); err != nil {
			return a, err
		}
		c.connections[url] = connection
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return a, err
	}
	request, err := http.NewRequest(method, url+handlers.BasePath+path, bytes.NewReader(encoded))
	if err != nil {
		return a, err
	}
	request.Header.Set("Content-Type", "application/json")
	for _, option := range options {
		option(request)
	}
	if err := errors.Join(connection.SetDeadline(time.Now().Add(eventually)), request.Write(connection)); err != nil {
		return a, err
	}
	response, err := http.ReadResponse(connection.reader, request)
	if err != nil {
		return a, err
	}
	defer func() { _ = response.Body.Close() }()
	a = answer{status: response.StatusCode, header: response.Header}
	if a.raw, err = io.ReadAll(response.Body); err != nil {
		return a, err
	}
	if response.Close {
		_ = connection.Close()
		delete(c.connections, url)
	}
	_ = json.Unmarshal(a.raw, &a.body) // what is none has not the status, or not the content
	return a, nil
}

// work does what an application does in a day: it gets a token, makes rooms, reads, changes and deletes them, and revokes the token. Each
// operation is used. Errors: the first answer that is not what it has to be.
func (c *caller) work() error {
	got, err := c.do("generateToken", http.MethodPost, tokenPath, tokenRequest(c.application, map[string]any{"scope": c.user}), 200)
	if err != nil {
		return err
	}
	token, _ := got.body["access_token"].(string)
	room, err := c.makeRooms(token)
	if err != nil {
		return err
	}
	if err := c.shareRoom(token, room); err != nil {
		return err
	}
	if err := c.deleteRoom(token, room); err != nil {
		return err
	}
	if _, err := c.do("readMetadata", http.MethodGet, "/.well-known/oauth-authorization-server", nil, 200); err != nil {
		return err
	}
	if _, err := c.do("readKeys", http.MethodGet, "/.well-known/jwks.json", nil, 200); err != nil {
		return err
	}
	if _, err := c.do("revokeToken", http.MethodPost, revokePath, about(c.application, token), 200); err != nil {
		return err
	}
	introspected, err := c.do("introspectToken", http.MethodPost, introspectPath, about(c.application, token), 200)
	if err == nil && introspected.body["active"] != false {
		err = fmt.Errorf("after revokeToken, introspectToken: %s", introspected.raw)
	}
	if err != nil {
		return err
	}
	_, err = c.do("listRooms", http.MethodGet, roomsPath, nil, 401, bearer(token))
	return err
}

// makeRooms makes two, one of them with an Idempotency-Key and once more, and returns the path of the other, which is there to stay for
// nobody else.
func (c *caller) makeRooms(token string) (path string, err error) {
	create := func(options ...requestOption) (answer, error) {
		created, err := c.do("createRoom", http.MethodPost, roomsPath, map[string]any{"configuration": map[string]any{"everyone_can_mute": false}},
			201, append(options, bearer(token))...)
		if id, _ := created.body["id"].(string); err == nil {
			c.rooms[id] = true
		}
		return created, err
	}
	key := header("Idempotency-Key", uuid.NewString())
	first, err := create(key)
	if err != nil {
		return "", err
	}
	again, err := create(key)
	if err == nil && (string(again.raw) != string(first.raw) || again.header.Get("Idempotent-Replayed") != "true") {
		err = fmt.Errorf("createRoom once more: %s, not %s", again.raw, first.raw)
	}
	if err != nil {
		return "", err
	}
	other, err := create()
	if err != nil {
		return "", err
	}
	path = roomsPath + other.body["id"].(string) + "/"
	read, err := c.do("retrieveRoom", http.MethodGet, path, nil, 200, bearer(token))
	if err == nil && string(read.raw) != string(other.raw) {
		err = fmt.Errorf("retrieveRoom: %s, not %s", read.raw, other.raw)
	}
	if err != nil {
		return "", err
	}
	changed, err := c.do("updateRoom", http.MethodPatch, path, map[string]any{"access_level": "restricted"}, 200,
		bearer(token), header("If-Match", read.header.Get("ETag")))
	if err == nil && (changed.body["access_level"] != "restricted" || changed.body["name"] != read.body["name"]) {
		err = fmt.Errorf("updateRoom: %s", changed.raw)
	}
	return path, err
}

// shareRoom gives the member a role, finds it, and takes it away.
func (c *caller) shareRoom(token, path string) error {
	if _, err := c.do("grantAccess", http.MethodPost, path+"grant-access/", map[string]any{"email": c.member, "role": "member"}, 201, bearer(token)); err != nil {
		return err
	}
	listed, err := c.do("listAccesses", http.MethodGet, path+"accesses/", nil, 200, bearer(token))
	if err != nil {
		return err
	}
	results, _ := listed.body["results"].([]any)
	for _, access := range results {
		if access := access.(map[string]any); access["email"] == c.member {
			_, err := c.do("removeAccess", http.MethodDelete, path+"accesses/"+access["id"].(string)+"/", nil, 204, bearer(token))
			return err
		}
	}
	return fmt.Errorf("listAccesses: %s", listed.raw)
}

// deleteRoom deletes it and looks for it, in both kinds of lists too.
func (c *caller) deleteRoom(token, path string) error {
	id := strings.Split(path, "/")[2]
	for i, list := range []string{"?page_size=1", "?cursor=&created_by=me"} {
		if i == 1 {
			if _, err := c.do("deleteRoom", http.MethodDelete, path, nil, 204, bearer(token)); err != nil {
				return err
			}
			delete(c.rooms, id)
		}
		listed, err := c.do("listRooms", http.MethodGet, roomsPath+list, nil, 200, bearer(token))
		if err == nil && strings.Contains(string(listed.raw), id) && i == 1 {
			err = fmt.Errorf("after deleteRoom, listRooms: %s", listed.raw)
		}
		if err != nil {
			return err
		}
	}
	_, err := c.do("retrieveRoom", http.MethodGet, path, nil, 404, bearer(token))
	return err
}

// requireAllWasDone looks whether the callers have used every operation, and whether the rooms of the database are those that they were
// told of, no more and no fewer.
func requireAllWasDone(t *testing.T, pool *sqlx.DB, callers ...*caller) (answers int) {
	t.Helper()
	answered, rooms := map[string]int{}, []string{}
	for _, c := range callers {
		for operation, count := range c.answered {
			answered[operation] += count
			answers += count
		}
		for room := range c.rooms {
			rooms = append(rooms, room)
		}
	}
	document, err := openapi3.NewLoader().LoadFromData(spec.YAML)
	require.NoError(t, err)
	for path, item := range document.Paths.Map() {
		for _, operation := range item.Operations() {
			require.Contains(t, answered, operation.OperationID, path)
		}
	}
	var stored []string
	require.NoError(t, pool.Select(&stored, `select cast(resource_id as text) from meet_room`))
	require.ElementsMatch(t, rooms, stored)
	return answers
}
