package db

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// connector makes connections to the database of an address.
type connector struct {
	config pq.Config
	// timeout is how long each read and write waits.
	timeout time.Duration
	// readOnly has sessions of its own refuse to write.
	readOnly bool
}

// newConnector reads dsn. Like libpq, it encrypts where the server offers to, unless dsn says what to do.
func newConnector(dsn string) (connector, error) {
	config, err := readDSN(dsn)
	if err != nil {
		return connector{}, err
	}
	if !strings.Contains(dsn, "sslmode") && config.SSLMode == "" {
		config.SSLMode = pq.SSLModePrefer
	}
	if config.ConnectTimeout == 0 {
		// One request tries all hosts.
		config.ConnectTimeout = Timeout / time.Duration(1+len(config.Multi))
	}
	// What is sent without a name is sent in one piece, which a pooler leaves in one.
	config.BinaryParameters = true
	if config.Runtime == nil {
		config.Runtime = map[string]string{}
	}
	// Some drivers ask for it in all addresses, PgBouncer refuses it, and no statement reads a number that it changes.
	delete(config.Runtime, "extra_float_digits")
	return connector{config: config, timeout: Timeout}, nil
}

// sessionProof is a parameter that PostgreSQL keeps for the session that is begun with it, as it does with any name with a dot in it. A
// pooler refuses it, or leaves it out: the sessions that it begins are for all its clients.
const sessionProof = "external_api.session"

// Connect implements driver.Connector.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	proof := rand.Text()
	// Compiling a statement takes longer than running any of these. PostgreSQL begins to where it expects a user to have many rooms.
	parameters := map[string]string{sessionProof: proof, "jit": "off"}
	if c.readOnly {
		parameters["default_transaction_read_only"] = "on"
	}
	made, err := c.open(ctx, parameters)
	if pq.As(err, pqerror.ProtocolViolation, pqerror.FeatureNotSupported, pqerror.UndefinedObject) != nil {
		made, err = c.open(ctx, nil)
	} else if err == nil {
		err = made.proveSession(ctx, proof)
	}
	if err != nil {
		return nil, err
	}
	made.socket.timeout = c.timeout
	return made, nil
}

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return &pq.Driver{} }

// open makes a connection with parameters beside those of the address. Until it is handed out, no read of it waits longer than a
// connection may take.
func (c connector) open(ctx context.Context, parameters map[string]string) (*conn, error) {
	config := c.config.Clone()
	maps.Copy(config.Runtime, parameters)
	connecting, err := pq.NewConnectorConfig(config)
	if err != nil {
		return nil, err
	}
	sockets := &dialer{timeout: config.ConnectTimeout}
	connecting.Dialer(sockets)
	defer context.AfterFunc(ctx, sockets.end)()
	opened, err := connecting.Connect(ctx)
	if err != nil {
		sockets.end()
		return nil, err
	}
	return &conn{driver: opened.(driverConn), socket: sockets.open(), prepared: map[string]driverStatement{}}, nil
}

// proveSession finds out whether the session is the one that was begun with the proof. Where that cannot be asked, it closes the connection.
func (c *conn) proveSession(ctx context.Context, proof string) error {
	found := make([]driver.Value, 1)
	answer, err := c.QueryContext(ctx, "select current_setting('"+sessionProof+"', true)", nil)
	if err == nil {
		err = errors.Join(answer.Next(found), answer.Close())
	}
	if err != nil {
		_ = c.Close()
		return fmt.Errorf("asking for the session: %w", err)
	}
	c.ownSession = found[0] == proof
	return nil
}
