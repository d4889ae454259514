package bench

import (
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// send has so many clients send requests, each of them one after the other, until ctx ends. For each answer it calls answered, at the same
// time for different clients, with the number of the client, the status, which is 0 where no answer came, and the time that it took.
func send(ctx context.Context, clients int, request func(i int) *http.Request, answered func(client, status int, took time.Duration)) {
	transport := &http.Transport{MaxIdleConnsPerHost: clients}
	defer transport.CloseIdleConnections()
	client := http.Client{Transport: transport, Timeout: 20 * time.Second}
	var group sync.WaitGroup
	for number := range clients {
		group.Go(func() {
			for i := number; ctx.Err() == nil; i += clients {
				begin := time.Now()
				status := statusOf(client.Do(request(i)))
				answered(number, status, time.Since(begin))
			}
		})
	}
	group.Wait()
}

// statusOf reads an answer to its end.
func statusOf(response *http.Response, err error) int {
	if err != nil {
		return 0
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return 0
	}
	return response.StatusCode
}

// measurement is of one round, or the medians of several: requests per second, latencies in milliseconds, and microseconds of CPU for
// each request.
type measurement struct {
	perSecond, p50, p99, serverCPU, databaseCPU float64
	answers, errors                             int
}

// measure puts so many clients' load on servers of one database, in turns, for one round. Errors are all answers but 200 and 201, or none.
func measure(o operation, clients int, servers ...server) measurement {
	var requests []func(int) *http.Request
	for _, s := range servers {
		requests = append(requests, o.request(s.url))
		for i := range 3 { // so that what is remembered is warm
			statusOf(http.DefaultClient.Do(o.request(s.url)(i)))
		}
	}
	serversTime := func() (sum time.Duration) {
		for _, s := range servers {
			sum += cpuTime(s.pid)
		}
		return sum
	}
	took, failed := make([][]time.Duration, clients), make([]int, clients)
	ctx, cancel := context.WithTimeout(context.Background(), round)
	defer cancel()
	begin, server, database := time.Now(), serversTime(), cpuTime(servers[0].databasePID)
	send(ctx, clients, func(i int) *http.Request { return requests[i%len(requests)](i) }, func(client, status int, duration time.Duration) {
		if status != http.StatusOK && status != http.StatusCreated {
			failed[client]++
		}
		took[client] = append(took[client], duration)
	})
	elapsed := time.Since(begin)
	all := slices.Sorted(slices.Values(slices.Concat(took...)))
	m := measurement{
		answers: len(all),
		p50:     milliseconds(all[len(all)/2]), p99: milliseconds(all[len(all)*99/100]),
		serverCPU:   milliseconds(serversTime()-server) * 1000 / float64(len(all)),
		databaseCPU: milliseconds(cpuTime(servers[0].databasePID)-database) * 1000 / float64(len(all)),
	}
	for _, count := range failed {
		m.errors += count
	}
	m.perSecond = float64(len(all)-m.errors) / elapsed.Seconds()
	return m
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func median(values []float64) float64 {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

// medians are those of each number by itself; errors are added up.
func medians(all []measurement) (middle measurement) {
	of := func(value func(measurement) float64) float64 {
		var values []float64
		for _, one := range all {
			values = append(values, value(one))
		}
		return median(values)
	}
	for _, one := range all {
		middle.errors += one.errors
	}
	middle.perSecond = of(func(m measurement) float64 { return m.perSecond })
	middle.p50 = of(func(m measurement) float64 { return m.p50 })
	middle.p99 = of(func(m measurement) float64 { return m.p99 })
	middle.serverCPU = of(func(m measurement) float64 { return m.serverCPU })
	middle.databaseCPU = of(func(m measurement) float64 { return m.databaseCPU })
	return middle
}
