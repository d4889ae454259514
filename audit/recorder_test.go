package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/audit"
)

// database stands in for the one that events are stored in.
type database struct {
	mutex sync.Mutex
	// batches are the events that were stored together, by what they were done to.
	batches [][]string
	// away is its error while it is away, bad what it never stores.
	away error
	bad  string
}

func (d *database) store(_ context.Context, events []audit.Event) error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.away != nil {
		return d.away
	}
	var batch []string
	for _, e := range events {
		if e.TargetID == d.bad && d.bad != "" {
			return fmt.Errorf("no: %w", audit.ErrRejected)
		}
		batch = append(batch, e.TargetID)
	}
	d.batches = append(d.batches, batch)
	return nil
}

func (d *database) setAway(err error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.away = err
}

func (d *database) stored() (targets []string) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	for _, batch := range d.batches {
		targets = append(targets, batch...)
	}
	return targets
}

// logText is a log that is read while it is written.
type logText struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (l *logText) Write(line []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(line)
}

func (l *logText) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}

// run runs a recorder, until stop is called, with that database, and returns what takes its log.
func run(d *database, lines io.Writer) (r *audit.Recorder, log *logText, stop func()) {
	log = &logText{}
	r = audit.NewRecorder(audit.RecorderOptions{Store: d.store, Lines: lines, Log: slog.New(slog.NewTextHandler(log, nil))})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { r.Run(ctx); close(ended) }()
	return r, log, func() { cancel(); <-ended }
}

func issued(n int) audit.Event {
	return audit.Succeeded(audit.Source{Channel: audit.ExternalAPI}, audit.TokenIssue).To("token", fmt.Sprint(n))
}

func refused(channel audit.Channel, n int) audit.Event {
	return audit.Refused(audit.Source{Channel: channel}, audit.TokenIssue, "wrong_secret").To("token", fmt.Sprint(n))
}

func numbers(count int) (all []string) {
	for n := range count {
		all = append(all, fmt.Sprint(n))
	}
	return all
}

// Events are stored every second, or when there are 500.
func TestBatches(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &database{}
		r, _, stop := run(d, nil)
		for n := range 1200 {
			r.Record(issued(n))
		}
		synctest.Wait()
		require.Len(t, d.batches, 2)
		require.Equal(t, numbers(1000), d.stored())
		require.Equal(t, int64(1000), r.Counts().Stored)
		time.Sleep(time.Second)
		synctest.Wait()
		require.Equal(t, numbers(1200), d.stored())
		stop()
		require.Len(t, d.batches, 3)
	})
}

// While the database is away, events wait in order, as many as there is room for, and nobody waits for them.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &database{away: errors.New("it is away")}
		var lines bytes.Buffer
		r, log, stop := run(d, &lines)
		const room = 8192 + 500
		for n := range room + 100 {
			if n == 500 {
				synctest.Wait() // for the first batch
			}
			r.Record(issued(n))
			if n%500 == 0 {
				synctest.Wait() // for the lines
			}
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		require.Empty(t, d.stored())
		require.Equal(t, int64(room), r.Counts().Waiting)
		require.GreaterOrEqual(t, r.Counts().Oldest, 10*time.Minute)
		require.Equal(t, int64(100), r.Counts().Dropped["queue_full"])
		require.Equal(t, room, strings.Count(lines.String(), "\n"), "what is kept has its line at once")
		require.Equal(t, 1, strings.Count(log.String(), "trying again"), "%s", log)
		require.Contains(t, log.String(), `msg="events are missing in the audit trail" cause=queue_full events=100`)

		d.setAway(nil)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Equal(t, numbers(room), d.stored())
		require.Zero(t, r.Counts().Waiting)
		require.Zero(t, r.Counts().Oldest)
		require.Contains(t, log.String(), "stored again")
		stop()
	})
}

// One event that cannot be stored does not take others with it.
func TestABadEvent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &database{bad: "3"}
		r, log, stop := run(d, nil)
		for n := range 7 {
			r.Record(issued(n))
		}
		time.Sleep(time.Second)
		synctest.Wait()
		require.Equal(t, []string{"0", "1", "2", "4", "5", "6"}, d.stored())
		require.Equal(t, int64(1), r.Counts().Dropped["rejected"])
		require.Contains(t, log.String(), "cannot be stored")
		stop()
	})
}

// A flood of refusals is bounded, and leaves room for those that come in by another way, and for what succeeds.
func TestFloods(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &database{}
		r, log, stop := run(d, nil)
		for n := range 5000 {
			r.Record(refused(audit.ExternalAPI, n))
		}
		r.Record(refused(audit.Console, 5000))
		r.Record(issued(5001))
		time.Sleep(time.Second)
		synctest.Wait()
		require.Equal(t, append(numbers(1000), "5000", "5001"), d.stored())
		require.Equal(t, int64(4000), r.Counts().Dropped["flood"])
		require.Equal(t, 1, strings.Count(log.String(), "cause=flood events=4000"), "%s", log)
		for n := range 100 { // a second later there is room for 50 more
			r.Record(refused(audit.ExternalAPI, n))
		}
		time.Sleep(time.Second)
		synctest.Wait()
		require.Len(t, d.stored(), 1052)
		require.Equal(t, 1, strings.Count(log.String(), "cause=flood"), "once a minute")
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Contains(t, log.String(), "cause=flood events=50")
		stop()
	})
}

// At the end what is left is stored; where it cannot be, the log says how much is lost, and the end comes.
func TestTheEnd(t *testing.T) {
	t.Parallel()
	for _, away := range []error{nil, errors.New("it is away")} {
		synctest.Test(t, func(t *testing.T) {
			d := &database{away: away}
			var lines bytes.Buffer
			r, log, stop := run(d, &lines)
			for n := range 700 {
				r.Record(issued(n))
			}
			stop()
			require.Equal(t, 700, strings.Count(lines.String(), "\n"))
			if away == nil {
				require.Equal(t, numbers(700), d.stored())
				require.Empty(t, log)
				return
			}
			require.Empty(t, d.stored())
			require.Equal(t, int64(700), r.Counts().Dropped["stopped"])
			require.Contains(t, log.String(), "events=700")
		})
	}
}

// blocked is a pipe that nobody reads until it is closed.
type blocked chan struct{}

func (b blocked) Write([]byte) (int, error) {
	<-b
	return 0, io.ErrClosedPipe
}

// full is a disk that has no room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// Lines that cannot be written are counted, and hold nothing up, neither what is stored nor the end.
func TestLinesThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	t.Run("full", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			d := &database{}
			r, log, stop := run(d, full{})
			r.Record(issued(0))
			r.Stored(issued(1))
			stop()
			require.Equal(t, []string{"0"}, d.stored(), "what is stored already is not stored again")
			require.Equal(t, int64(2), r.Counts().Dropped["line_lost"])
			require.Contains(t, log.String(), "no space left")
		})
	})
	t.Run("blocked", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			d, lines := &database{}, blocked(make(chan struct{}))
			r, _, stop := run(d, lines)
			for n := range 20000 {
				r.Stored(issued(n))
			}
			r.Record(issued(0))
			time.Sleep(time.Second)
			synctest.Wait()
			require.Equal(t, []string{"0"}, d.stored())
			require.GreaterOrEqual(t, r.Counts().Dropped["line_lost"], int64(5000))
			stop()
			close(lines)
		})
	})
}

// The names are those of the Elastic Common Schema; its values are texts, and times and addresses are well formed.
func TestLine(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 1, 12, 0, 0, 123456000, time.FixedZone("", 3600))
	const user = "0f8fad5b-d9cb-469f-a165-70867728950e"
	for name, c := range map[string]struct {
		event  audit.Event
		wanted string
	}{
		"a token": {audit.Event{
			ID: "1", Time: at, Action: audit.TokenIssue, Outcome: audit.Success,
			Source: audit.Source{Channel: audit.ExternalAPI, ClientID: "app", UserID: user, Address: "2001:db8::1", RequestID: "r"},
		}, `{"@timestamp":"2026-11-01T11:00:00.123456Z","log.level":"info","message":"token.issue success","ecs.version":"8.11.0",` +
			`"service.name":"meet-external-api","event.dataset":"meet-external-api.audit","event.kind":"event","event.category":["authentication"],` +
			`"event.type":["start"],"event.action":"token.issue","event.outcome":"success","event.id":"1","source.ip":"2001:db8::1",` +
			`"http.request.id":"r","user.id":"` + user + `","labels.channel":"external_api","labels.client_id":"app"}`},
		"a refusal": {audit.Event{
			ID: "1", Time: at, Action: audit.RoomDelete, Outcome: audit.Failure, Reason: "role_missing",
			Source: audit.Source{Channel: audit.ExternalAPI, UserID: "none", Address: "@"}, TargetKind: "room", TargetID: "2",
		}, `{"@timestamp":"2026-11-01T11:00:00.123456Z","log.level":"info","message":"room.delete failure role_missing","ecs.version":"8.11.0",` +
			`"service.name":"meet-external-api","event.dataset":"meet-external-api.audit","event.kind":"event","event.category":["api"],` +
			`"event.type":["deletion","denied"],"event.action":"room.delete","event.outcome":"failure","event.reason":"role_missing","event.id":"1",` +
			`"source.address":"@","labels.channel":"external_api","labels.target_kind":"room","labels.target_id":"2"}`},
		"an operator's act": {audit.Event{
			ID: "1", Time: at, Action: audit.UserRevokeTokens, Outcome: audit.Success,
			Source:  audit.Source{Channel: audit.Console, Operator: "\"a\x00<b>\n", UserID: user},
			Changes: map[string]any{"a": map[string]any{"from": 1, "to": "\x00<"}},
		}, `{"@timestamp":"2026-11-01T11:00:00.123456Z","log.level":"info","message":"user.revoke_tokens success","ecs.version":"8.11.0",` +
			`"service.name":"meet-external-api","event.dataset":"meet-external-api.audit","event.kind":"event","event.category":["iam"],` +
			`"event.type":["change"],"event.action":"user.revoke_tokens","event.outcome":"success","event.id":"1","user.name":"\"a<b>\n",` +
			`"user.target.id":"` + user + `","labels.channel":"console","labels.changes":"{\"a\":{\"from\":1,\"to\":\"\\u003c\"}}"}`},
	} {
		require.Equal(t, c.wanted+"\n", string(audit.AppendLine(nil, c.event)), name)
	}
}

// Each action has a class of its own in the Elastic Common Schema.
func TestEveryActionHasAClass(t *testing.T) {
	t.Parallel()
	actions := []audit.Action{
		audit.OperatorCreate, audit.OperatorSignIn, audit.OperatorSignOut, audit.OperatorTokenCreate, audit.OperatorTokenRevoke, audit.AuditList,
		audit.ApplicationRotateSecret, audit.ApplicationEndSecret, audit.ApplicationRevokeTokens, audit.UserRevokeTokens,
	}
	for _, action := range audit.Operations {
		actions = append(actions, action)
	}
	for _, action := range actions {
		var line struct {
			Category []string `json:"event.category"`
			Type     []string `json:"event.type"`
		}
		require.NoError(t, json.Unmarshal(audit.AppendLine(nil, audit.Succeeded(audit.Source{}, action)), &line))
		require.NotContains(t, append(line.Category, line.Type...), "", action)
	}
}

func BenchmarkRecord(b *testing.B) {
	r, _, stop := run(&database{}, nil)
	defer stop()
	for b.Loop() {
		r.Record(audit.Succeeded(audit.Source{Channel: audit.ExternalAPI, ClientID: "client", UserID: "0f8fad5b-d9cb-469f-a165-70867728950e"}, audit.TokenIssue))
	}
}

func BenchmarkLine(b *testing.B) {
	e := issued(1)
	var text []byte
	for b.Loop() {
		text = audit.AppendLine(text[:0], e)
	}
}

func BenchmarkRows(b *testing.B) {
	events := make([]audit.Event, 500)
	for n := range events {
		events[n] = issued(n)
	}
	for b.Loop() {
		_ = audit.Rows(events...)
	}
}
