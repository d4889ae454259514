package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"meet-external-api/auth/secret"
	"meet-external-api/db"
	"meet-external-api/refusal"
)

const (
	// failureCostInterval is how long a new secret may be dearer to check than a failure.
	failureCostInterval = 10 * time.Second
	// expiryInterval lets an expired room go within a minute, also where the server that was at it has just died.
	expiryInterval = 5 * time.Second
	// stepTimeout bounds each step of background work.
	stepTimeout = 3 * db.Timeout
	// stopTimeout is how long a step that is under way at the end has got to finish, before it is rolled back.
	stopTimeout = 3 * time.Second
	// maxLag is how long work may have been due before somebody should know.
	maxLag = 5 * time.Minute
)

// task is work beside the requests.
type task struct {
	db.Task
	// woken has it done at once; nil: it is done by the clock alone.
	woken <-chan struct{}
}

// backgroundTasks are all that is done beside the requests.
func backgroundTasks(d dependencies, store *db.DB, secrets *secret.Checker) []task {
	tasks := []task{
		{Task: db.Task{Name: "learn what secrets cost to check", Every: failureCostInterval, Step: db.Whole(secrets.Refresh)}},
		{Task: db.Task{Name: db.DeletionOfExpiredRooms, Every: expiryInterval, Step: func(ctx context.Context) (bool, error) {
			return deleteExpiredRoom(ctx, d, store)
		}}},
		{Task: db.Task{Name: "look for what is late", Every: time.Minute, Step: db.Whole(lagWatch(store, d.log))}},
	}
	if d.livekitClient != nil {
		closer := &roomCloser{store: store, client: d.livekitClient, log: d.log}
		tasks = append(tasks, task{db.Task{Name: db.ClosingOfRooms, Every: closingInterval, Step: closer.step}, d.roomsDeleted})
	}
	for _, one := range store.Tasks() {
		tasks = append(tasks, task{Task: one})
	}
	return tasks
}

// runTasks does the tasks again and again until ctx ends, each in a goroutine of its own, so that none waits for another.
func runTasks(ctx context.Context, tasks []task, log *slog.Logger) {
	var running sync.WaitGroup
	for _, t := range tasks {
		running.Go(func() { t.run(ctx, log) })
	}
	running.Wait()
}

// run logs the first of several failures in a row.
func (t task) run(ctx context.Context, log *slog.Logger) {
	ticker := time.NewTicker(t.Every)
	defer ticker.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-t.woken:
		}
		for more := true; more && ctx.Err() == nil; {
			var err error
			more, err = t.runStep(ctx)
			if err != nil && !failing {
				log.Warn("background work failed, trying again", "task", t.Name, "error", err)
			}
			failing = err != nil
		}
	}
}

// runStep does a step, which goes on for stopTimeout after ctx has ended.
func (t task) runStep(ctx context.Context) (more bool, err error) {
	step, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTimeout)
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(stopTimeout, cancel) })()
	return t.Step(step)
}

// deleteExpiredRoom deletes a room that has expired (docs/contract.md, "More about rooms").
func deleteExpiredRoom(ctx context.Context, d dependencies, store *db.DB) (more bool, err error) {
	id, err := store.DeleteExpiredRoom(ctx, d.livekitClient != nil)
	refused, is := errors.AsType[*refusal.Error](err)
	switch {
	case id == "":
		return false, err
	case is && refused.Kind == refusal.Conflict:
		d.log.Warn("an expired room is not deleted while something of Meet refers to it, trying again later", "room", id, "error", err)
		return true, nil
	case err != nil:
		return false, fmt.Errorf("room %s: %w", id, err)
	}
	d.wakeRoomCloser()
	return true, nil
}

// lagWatch logs what is late, when it begins to be.
func lagWatch(store *db.DB, log *slog.Logger) func(context.Context) error {
	late := map[string]bool{}
	return func(ctx context.Context) error {
		lags, err := store.Lags(ctx)
		if err != nil {
			return err
		}
		before := late
		late = map[string]bool{}
		for _, lag := range lags {
			if late[lag.Work] = lag.Due > maxLag; late[lag.Work] && !before[lag.Work] {
				log.Warn("background work is late", "task", lag.Work, "due_seconds", lag.Due.Seconds())
			}
		}
		return nil
	}
}

// writeUses writes when secrets, and tokens of operators, were used last, at the end of the program.
func writeUses(ctx context.Context, store *db.DB, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), db.Timeout)
	defer cancel()
	if err := errors.Join(store.WriteSecretUses(ctx), store.WriteOperatorTokenUses(ctx)); err != nil {
		log.Warn("when secrets and tokens were used was not written", "error", err)
	}
}
