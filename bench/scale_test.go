package bench

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// replicas are how many servers share a database, of which the first is what the others are compared with.
var replicas = []int{1, 2, 4}

// benchmarkScale measures what docs/scale.md plans with: what replicas carry beside each other on one PostgreSQL, in turns, as shares of
// what one carries; and what an operation costs the server, PostgreSQL, its write-ahead log and Redis. Limits are counted in Redis.
func (d database) benchmarkScale(b *testing.B) {
	redis, redisPID := startRedis(b)
	servers := make([]server, slices.Max(replicas))
	for i := range servers {
		servers[i] = d.serve(b, "REDIS_URL="+redis)
	}
	token := servers[0].token(b, actor)
	operations := []operation{
		tokenOperation("token", quickClient),
		listOperation(servers[0].token(b, bystander)),
		retrieveOperation(token),
		createOperation(token),
	}
	fmt.Print("\n| operation | one replica: requests/s | two | four |\n| --- | --- | --- | --- |\n")
	for _, o := range operations {
		rates := make([][]float64, len(replicas))
		for range rounds {
			for i, count := range replicas {
				rates[i] = append(rates[i], measure(o, clients, servers[:count]...).perSecond)
			}
		}
		one := median(rates[0])
		fmt.Printf("| %s | %.0f |", o.name, one)
		for _, more := range rates[1:] {
			fmt.Printf(" %.2f |", median(more)/one)
		}
		fmt.Println()
	}
	fmt.Print("\n| operation | CPU of the server | of PostgreSQL | of Redis | write-ahead log |\n| --- | --- | --- | --- | --- |\n")
	for _, o := range operations {
		var all []measurement
		var ofRedis, written []float64
		for range rounds {
			redisBefore, logBefore := cpuTime(redisPID), d.writtenLog(b)
			m := measure(o, clients, servers[0])
			all = append(all, m)
			ofRedis = append(ofRedis, milliseconds(cpuTime(redisPID)-redisBefore)*1000/float64(m.answers))
			written = append(written, (d.writtenLog(b)-logBefore)/float64(m.answers))
		}
		m := medians(all)
		fmt.Printf("| %s | %.0f µs | %.0f µs | %.0f µs | %.0f bytes |\n", o.name, m.serverCPU, m.databaseCPU, median(ofRedis), median(written))
	}
	through, direct := database{url: d.startPooler(b), pid: d.pid}.serve(b, "REDIS_URL="+redis), servers[0]
	fmt.Print("\n| operation | through PgBouncer, of the rate without |\n| --- | --- |\n")
	for _, o := range operations {
		_, _, ratio := compare(through, direct, o)
		fmt.Printf("| %s | %.2f |\n", o.name, ratio)
	}
	var connections int
	require.NoError(b, d.pool.QueryRow(`select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`).Scan(&connections))
	fmt.Printf("\n%d servers under load hold %d connections. ", len(servers), connections)
	fmt.Printf("Resident memory of one: %d MB. ", servers[0].residentMB())
	var room float64
	require.NoError(b, d.pool.QueryRow(`select sum(pg_total_relation_size(cast(name as regclass))) / (select count(*) from meet_room)
		from unnest(array['meet_resource', 'meet_room', 'meet_resource_access', 'external_api.room']) name`).Scan(&room))
	fmt.Printf("A room takes %.0f bytes.\n", room)
}

// startPooler runs a PgBouncer in transaction mode until the benchmark ends, and returns the address of the database behind it.
func (d database) startPooler(b *testing.B) string {
	b.Helper()
	address, server := freeAddress(b), must(url.Parse(d.url)).Host
	host, port, _ := net.SplitHostPort(address)
	serverHost, serverPort, _ := net.SplitHostPort(server)
	file := filepath.Join(b.TempDir(), "pgbouncer.ini")
	require.NoError(b, os.WriteFile(file, fmt.Appendf(nil, "[databases]\n* = host=%s port=%s user=postgres\n[pgbouncer]\nlisten_addr = %s\n"+
		"listen_port = %s\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 20\nlogfile = /dev/null\n",
		serverHost, serverPort, host, port), 0o644))
	for directory := filepath.Dir(file); directory != os.TempDir(); directory = filepath.Dir(directory) {
		require.NoError(b, os.Chmod(directory, 0o755))
	}
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer"
	}
	command := exec.Command(program, file)
	command.SysProcAttr = &syscall.SysProcAttr{Credential: unprivileged()}
	start(b, syscall.SIGKILL, command)
	waitFor(b, "PgBouncer", func() bool { return answers(address) })
	return "postgres://postgres@" + address + "/postgres?sslmode=disable"
}

// writtenLog is how much write-ahead log PostgreSQL has ever written, in bytes.
func (d database) writtenLog(b *testing.B) (bytes float64) {
	b.Helper()
	require.NoError(b, d.pool.QueryRow(`select pg_current_wal_lsn() - '0/0'`).Scan(&bytes))
	return bytes
}
