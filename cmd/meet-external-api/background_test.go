// The tests of background work: how tasks are run, and what is late. What they do is tested in expiry_test.go and room_closer_test.go.

package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"meet-external-api/db"
)

// One task that hangs holds no other one up, and none of them is begun after the end; what is under way has time to finish.
func TestTasksDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(context.Background())
	hanging, released, steps := make(chan struct{}), make(chan struct{}), make(chan int, 1000)
	var finished, again bool
	tasks := []task{
		{Task: db.Task{Name: "hangs", Every: tick, Step: func(step context.Context) (bool, error) {
			again = finished
			close(hanging)
			<-released
			finished = step.Err() == nil
			return true, nil
		}}},
		{Task: db.Task{Name: "goes on", Every: tick, Step: func(context.Context) (bool, error) {
			steps <- 1
			return false, nil
		}}},
	}
	ended := make(chan struct{})
	go func() { runTasks(ctx, tasks, slog.New(slog.DiscardHandler)); close(ended) }()
	<-hanging
	for range 3 {
		<-steps
	}
	stop()
	close(released)
	<-ended
	require.True(t, finished, "it was not interrupted")
	require.False(t, again, "there was more to do")
}

// A step that does not finish is interrupted some time after the end.
func TestAStepIsInterruptedAtTheEnd(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(context.Background())
	begun, ended := make(chan struct{}), make(chan struct{})
	go func() {
		runTasks(ctx, []task{{Task: db.Task{Every: tick, Step: func(step context.Context) (bool, error) {
			deadline, bounded := step.Deadline()
			if !bounded || time.Until(deadline) > stepTimeout {
				return false, errors.New("it is not bounded")
			}
			close(begun)
			<-step.Done()
			return false, step.Err()
		}}}}, slog.New(slog.DiscardHandler))
		close(ended)
	}()
	<-begun
	stopped := time.Now()
	stop()
	<-ended
	require.GreaterOrEqual(t, time.Since(stopped), stopTimeout)
	require.Less(t, time.Since(stopped), stepTimeout)
}

// A task is done as long as there is more, when it is woken too; and of failures in a row the first one is logged.
func TestTasksGoOn(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(context.Background())
	logged, woken := newLogLines(), make(chan struct{}, 1)
	results := []struct {
		more bool
		err  error
	}{{true, nil}, {true, errors.New("first")}, {true, errors.New("second")}, {true, nil}, {false, errors.New("third")}}
	step := 0
	only := task{db.Task{Name: "the task", Every: time.Hour, Step: func(context.Context) (bool, error) {
		result := results[step]
		if step++; step == len(results) {
			stop()
		}
		return result.more, result.err
	}}, woken}
	woken <- struct{}{}
	runTasks(ctx, []task{only}, slog.New(slog.NewJSONHandler(logged, nil)))
	for _, said := range []string{"first", "third"} {
		logged.waitFor(t, "background work failed, trying again", map[string]any{"task": "the task", "error": said})
	}
	require.Equal(t, 2, strings.Count(logged.String(), "\n"))
}

// What is late is logged when it begins to be, and check gives a hint at it.
func TestLateWorkIsKnown(t *testing.T) {
	t.Parallel()
	s := start(t)
	store := s.store()
	logged := newLogLines()
	watch := lagWatch(store, slog.New(slog.NewJSONHandler(logged, nil)))
	look := func() int {
		t.Helper()
		require.NoError(t, watch(context.Background()))
		return strings.Count(logged.String(), "\n")
	}
	require.Zero(t, look())
	require.NotContains(t, s.cli("check"), "hint: background work")
	for lines, statement := range []string{
		`insert into external_api.livekit_outbox (room_id, created_at, try_at)
			values (gen_random_uuid(), now() - interval '4 minutes', now() + interval '1 hour')`,
		`update external_api.livekit_outbox set created_at = now() - interval '6 minutes'`,
	} {
		s.sql(statement)
		require.Equal(t, lines, look())
		require.Equal(t, lines, look(), "once")
	}
	logged.waitFor(t, "background work is late", map[string]any{"task": db.ClosingOfRooms})
	require.Contains(t, s.cli("check"), "hint: background work is late: to close rooms in LiveKit has been due for 6m0s")
	require.Contains(t, s.cli("check", "--json"), codeLate)
	s.sql(`delete from external_api.livekit_outbox`)
	require.Equal(t, 1, look())
	s.sql(`insert into external_api.livekit_outbox (room_id, created_at) values (gen_random_uuid(), now() - interval '7 minutes')`)
	require.Equal(t, 2, look(), "it has begun anew")
}

// store is the server's database as the server uses it.
func (s *instance) store() *db.DB {
	s.t.Helper()
	store, err := db.Open(s.dsn)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = store.Close() })
	require.NoError(s.t, store.Prepare(context.Background()))
	return store
}
