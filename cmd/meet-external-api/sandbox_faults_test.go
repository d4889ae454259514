// The tests of docs/sandbox.md, "Faults".

package main

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"meet-external-api/handlers"
)

func TestSandboxFaults(t *testing.T) {
	t.Parallel()
	s, application, introduction := startSandbox(t, nil)
	require.Contains(t, introduction, "-d client_id="+application.ID+" ")
	token := s.token(application, "user@example.com")
	for name, test := range map[string]func(t *testing.T, s *instance, application credentials, token string){
		"statuses":          testFaultStatuses,
		"headers":           testFaultHeaders,
		"the same answers":  testFaultsAreAsUsual,
		"runs":              testFaultRuns,
		"runs side by side": testFaultsOfManyAtOnce,
		"no answer":         testNoAnswer,
		"slow":              testSlow,
	} {
		t.Run(name, func(t *testing.T) { test(t, s, application, token) })
	}
}

// Each operation answers with each status that it documents, before it looks who asks, and says where it never does.
func testFaultStatuses(t *testing.T, s *instance, _ credentials, _ string) {
	specification, err := apiSpecification()
	require.NoError(t, err)
	for path, item := range specification.Paths.Map() {
		for method, operation := range item.Operations() {
			path := strings.NewReplacer("{id}", uuid.NewString(), "{access_id}", uuid.NewString()).Replace(path)
			for status, fault := range map[int]string{401: "401", 409: "409", 429: "429;seconds=7", 500: "500", 503: "503;seconds=7"} {
				a := s.send(method, path, nil, faulty(fault))
				if operation.Responses.Status(status) == nil {
					require.Equal(t, 400, a.status, "%s %d: %s", operation.OperationID, status, a.raw)
					require.Contains(t, string(a.raw), operation.OperationID+" never answers "+fault[:3])
					require.Empty(t, a.header.Get("Sandbox-Fault"))
					continue
				}
				require.Equal(t, status, a.status, "%s: %s", operation.OperationID, a.raw)
				require.Equal(t, fault[:3], a.header.Get("Sandbox-Fault"))
				require.Equal(t, waits(fault), a.header.Get("Retry-After"))
				if isOAuthOperation(operation) {
					require.NotEmpty(t, a.body["error"], "%s", a.raw)
				}
				if status == 401 {
					require.Contains(t, a.header.Get("WWW-Authenticate"), map[bool]string{true: "Basic", false: `error="invalid_token"`}[isOAuthOperation(operation)])
				}
			}
		}
	}
}

func waits(fault string) string {
	_, seconds, _ := strings.Cut(fault, ";seconds=")
	return seconds
}

func isOAuthOperation(operation *openapi3.Operation) bool {
	return operation.Extensions["x-missing-credentials"] != nil
}

// What is no list of faults, or no name of a run, is refused by the name of the header, and nothing is done.
func testFaultHeaders(t *testing.T, s *instance, _ credentials, token string) {
	const kinds = "Enter faults of these: 401, 409, 429, 500, 503, cut, lost, slow."
	for list, message := range map[string]string{
		"404":                                kinds,
		"Slow":                               kinds,
		`"slow"`:                             kinds,
		"(503 429)":                          kinds,
		"503, none":                          kinds,
		"503;in=createRoom":                  "A fault has no parameters but on and seconds.",
		"503;on=nothing":                     "on is the operationId of an operation: createRoom, ",
		`503;on="createRoom"`:                "on is the operationId of an operation: createRoom, ",
		"409;on=listRooms":                   "listRooms never answers 409.",
		"503;seconds=0":                      "seconds is a whole number from 1 to 3600, for 429, 503 and slow.",
		"503;seconds=3601":                   "seconds is a whole number from 1 to 3600, for 429, 503 and slow.",
		"503;seconds=1.5":                    "seconds is a whole number from 1 to 3600, for 429, 503 and slow.",
		"cut;seconds=1":                      "seconds is a whole number from 1 to 3600, for 429, 503 and slow.",
		"503,":                               "(RFC 9651)",
		"503;on=":                            "(RFC 9651)",
		strings.Repeat("503, ", 100) + "503": "Ensure this field has no more than 100 elements.",
	} {
		a := s.post(roomsPath, map[string]any{}, bearer(token), faulty(list))
		require.Equal(t, 400, a.status, list)
		require.Contains(t, a.body["Sandbox-Fault"].([]any)[0], message, list)
		require.Empty(t, a.header.Get("Sandbox-Fault"))
	}
	for _, name := range []string{"", "a run", strings.Repeat("r", 129)} {
		a := s.get(roomsPath, bearer(token), faulty("503"), inRun(name))
		require.Equal(t, 400, a.status, name)
		require.Contains(t, string(a.raw), `{"Sandbox-Run":["Enter 1 to 128 of`)
	}
	requireOAuthError(t, s.post(tokenPath, "{}", faulty("none")), 400, "invalid_request", "Sandbox-Fault: "+kinds)
	require.Equal(t, 200, s.get(roomsPath, bearer(token), faulty("")).status, "a list of none")
}

// A fault is told from what the server says by itself by its header alone.
func testFaultsAreAsUsual(t *testing.T, s *instance, application credentials, _ string) {
	application.Secret = "wrong"
	usual := s.post(tokenPath, tokenRequest(application, nil))
	fault := s.post(tokenPath, tokenRequest(application, nil), faulty("401"))
	require.Equal(t, "401", fault.header.Get("Sandbox-Fault"))
	for _, name := range []string{"Sandbox-Fault", "X-Request-Id", "Date"} {
		usual.header.Del(name)
		fault.header.Del(name)
	}
	require.Equal(t, usual, fault)
}

// The requests of a run take its faults one after the other, those of each operation the first one that is for it.
func testFaultRuns(t *testing.T, s *instance, _ credentials, token string) {
	const list = "503;on=createRoom;seconds=2, 429, lost;on=createRoom"
	options := []requestOption{bearer(token), faulty(list), inRun("a"), header("Idempotency-Key", uuid.NewString())}
	for _, step := range []struct {
		method         string
		status         int
		fault, retryIn string
	}{
		{http.MethodGet, 429, "429", "1"},
		{http.MethodGet, 200, "", ""},
		{http.MethodPost, 503, "503", "2"},
		{http.MethodPost, 0, "lost", ""},
		{http.MethodPost, 201, "", ""},
	} {
		if step.status == 0 {
			s.unanswered(t, step.method, roomsPath, options...)
			continue
		}
		a := s.sendJSON(step.method, roomsPath, "{}", options...)
		require.Equal(t, step.status, a.status, "%s", a.raw)
		require.Equal(t, []string{step.fault, step.retryIn}, []string{a.header.Get("Sandbox-Fault"), a.header.Get("Retry-After")})
		if step.status == 201 {
			require.Equal(t, "true", a.header.Get("Idempotent-Replayed"), "what was lost was done")
		}
	}
	for range 2 {
		require.Equal(t, 429, s.get(roomsPath, bearer(token), faulty(list)).status, "without a run each time")
		require.Equal(t, 200, s.get(roomsPath, bearer(token), inRun("a")).status, "without faults none")
	}
	require.Equal(t, 429, s.get(roomsPath, bearer(token), faulty(list), inRun("b")).status, "another run")
	require.Equal(t, 429, s.get(roomsPath, bearer(token), faulty("429"), inRun("a")).status, "another list")
}

func testFaultsOfManyAtOnce(t *testing.T, s *instance, _ credentials, token string) {
	var refused atomic.Int32
	var group errgroup.Group
	for range 20 {
		group.Go(func() error {
			if s.get(roomsPath, bearer(token), faulty("503, 503, 503"), inRun("at-once")).status == 503 {
				refused.Add(1)
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	require.EqualValues(t, 3, refused.Load())
}

// What is cut is not done, and what is lost is done; in neither case does anybody hear of it but the log.
func testNoAnswer(t *testing.T, s *instance, _ credentials, token string) {
	key := header("Idempotency-Key", uuid.NewString())
	s.unanswered(t, http.MethodPost, roomsPath, bearer(token), key, faulty("cut"), header("X-Request-Id", "cut"))
	require.EqualValues(t, 499, s.log.waitFor(t, "request", map[string]any{"request_id": "cut"})["status"])
	s.unanswered(t, http.MethodPost, roomsPath, bearer(token), key, faulty("lost"), header("X-Request-Id", "lost"))
	require.EqualValues(t, 201, s.log.waitFor(t, "request", map[string]any{"request_id": "lost"})["status"], "the cut one was not done")
	s.log.waitFor(t, "fault", map[string]any{"request_id": "lost", "fault": "lost", "operation": "createRoom"})
	again := s.post(roomsPath, map[string]any{}, bearer(token), key)
	require.Equal(t, "true", again.header.Get("Idempotent-Replayed"), "%s", again.raw)

	s.unanswered(t, http.MethodPost, tokenPath, faulty("lost"), header("X-Request-Id", "refused"))
	refused := s.log.waitFor(t, "request", map[string]any{"request_id": "refused"})
	require.EqualValues(t, 400, refused["status"])
	require.Equal(t, "invalid_fields", refused["reason"])
	s.unanswered(t, http.MethodGet, "/.well-known/jwks.json", faulty("cut"))
}

// What is slow is done in the end, unless the caller does not wait for it.
func testSlow(t *testing.T, s *instance, _ credentials, token string) {
	begin := time.Now()
	a := s.post(roomsPath, map[string]any{}, bearer(token), faulty("slow;seconds=1"))
	require.Equal(t, 201, a.status, "%s", a.raw)
	require.Equal(t, "slow", a.header.Get("Sandbox-Fault"))
	require.GreaterOrEqual(t, time.Since(begin), time.Second)

	ctx, cancel := context.WithCancel(context.Background())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+handlers.BasePath+roomsPath, strings.NewReader(`{}`))
	require.NoError(t, err)
	for _, option := range []requestOption{bearer(token), faulty("slow;seconds=3600"), header("X-Request-Id", "given-up"), header("Content-Type", "application/json")} {
		option(request)
	}
	gone := make(chan error, 1)
	go func() {
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			_ = response.Body.Close()
		}
		gone <- err
	}()
	s.log.waitFor(t, "fault", map[string]any{"request_id": "given-up"})
	cancel()
	require.ErrorIs(t, <-gone, context.Canceled)
	require.EqualValues(t, 499, s.log.waitFor(t, "request", map[string]any{"request_id": "given-up"})["status"])
}

// Those of --fault are for the next requests that can have them, each once; and a sandbox that others can reach says so.
func TestSandboxFaultsOfTheNextRequests(t *testing.T) {
	t.Parallel()
	s, application, introduction := startSandbox(t, []string{"409", "429;seconds=7", "cut;on=createRoom", "slow;seconds=3600;on=readKeys"},
		map[string]string{"EXTERNAL_API_LISTEN": ":0", "EXTERNAL_API_OPERATIONS_LISTEN": "none"})
	require.Contains(t, introduction, "to read and try: http://127.0.0.1:")
	require.Contains(t, introduction, "The console for operators: none, since EXTERNAL_API_OPERATIONS_LISTEN is none\n")
	s.log.wait(t, "other machines can reach the sandbox, which is not made for that: anyone who reaches it can request faults")

	require.Equal(t, "500", s.get(roomsPath, faulty("500")).header.Get("Sandbox-Fault"), "who asks for a fault has that")
	throttled := s.get(roomsPath)
	require.Equal(t, []any{429, "7"}, []any{throttled.status, throttled.header.Get("Retry-After")}, "listRooms never answers 409")
	require.Equal(t, 409, s.post(tokenPath, tokenRequest(application, nil)).status)
	token := s.token(application, "colleague@example.com")
	s.unanswered(t, http.MethodPost, roomsPath, bearer(token))
	require.Equal(t, 201, s.post(roomsPath, map[string]any{}, bearer(token)).status)

	// A delay ends with the server, which would wait for it in vain.
	go func() {
		if response, err := http.Get(s.url + handlers.BasePath + "/.well-known/jwks.json"); err == nil {
			_ = response.Body.Close()
		}
	}()
	s.log.waitFor(t, "fault", map[string]any{"fault": "slow"})
}

// A server that is no sandbox knows no faults.
func TestServeHasNoFaults(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	for _, list := range []string{"503", "cut", "nonsense"} {
		a := s.get(roomsPath, bearer(token), faulty(list), inRun("a run"))
		require.Equal(t, 200, a.status, "%s", a.raw)
		require.Empty(t, a.header.Get("Sandbox-Fault"))
	}
}
