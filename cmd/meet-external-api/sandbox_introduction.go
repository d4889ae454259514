package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"text/template"

	"meet-external-api/db"
	"meet-external-api/handlers"
	"meet-external-api/operator/console"
)

// introduction is what a sandbox prints when it is ready.
var introduction = template.Must(template.New("").Parse(`
Ready. Documentation to read and try: {{.API}}/docs
The console for operators: {{if .Console}}{{.Console}}
  sign in as {{.Operator}} with the password {{.Password}}
{{- else if .NoConsole}}none, since EXTERNAL_API_OPERATIONS_LISTEN is none
{{- else}}none, since its address is in use: set EXTERNAL_API_OPERATIONS_LISTEN to another one
{{- end}}
The demo application acts for {{.User}} and {{.Colleague}}. Paste into another terminal:

# a token
TOKEN=$(curl -s {{.API}}/application/token/ -d grant_type=client_credentials -d scope={{.User}} \
  -d client_id={{.ClientID}} \
  -d client_secret={{.ClientSecret}} |
  sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p')

# create a room, and keep its id; if no answer comes, repeat it: the same key creates no second room
KEY=try-$(date +%s)
ROOM=$(curl -s -X POST {{.API}}/rooms/ -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: $KEY" | tee /dev/stderr |
  sed -n 's/.*"id":"\([^"]*\)".*/\1/p')

# list rooms
curl -s {{.API}}/rooms/ -H "Authorization: Bearer $TOKEN"

# the same with a fault on request (docs/sandbox.md): 429 with Retry-After
curl -si {{.API}}/rooms/ -H "Authorization: Bearer $TOKEN" -H "Sandbox-Fault: 429"

# read the room
curl -s {{.API}}/rooms/$ROOM/ -H "Authorization: Bearer $TOKEN"

# delete it: 204, and 404 from then on
curl -si -X DELETE {{.API}}/rooms/$ROOM/ -H "Authorization: Bearer $TOKEN"

Ctrl-C stops it. Everything is kept in {{.Data}}.

`))

// introduce makes the demo data, and prints how to use it. operations is nil where there is no listener for operators.
func (s *sandbox) introduce(ctx context.Context, settings settings, store *db.DB, listener, operations net.Listener, out io.Writer) error {
	credentials, err := s.makeData(ctx, newOperator(settings, store))
	if err != nil {
		return err
	}
	text := struct {
		demoCredentials
		API, Console, Operator, User, Colleague, Data string
		NoConsole                                     bool
	}{
		demoCredentials: credentials, API: urlOf(listener) + handlers.BasePath,
		Operator: demoOperator, User: demoUser, Colleague: demoColleague, Data: settings.data, NoConsole: settings.operationsListen == noListener,
	}
	if operations != nil {
		text.Console = urlOf(operations) + console.Path + "/"
	}
	var printed bytes.Buffer
	if err := introduction.Execute(&printed, text); err != nil {
		return err
	}
	_, err = out.Write(printed.Bytes())
	return err
}

// urlOf is where a listener of this machine can be asked: an address of all of the machine is not one.
func urlOf(listener net.Listener) string {
	address, ok := listener.Addr().(*net.TCPAddr)
	if ok && address.IP.IsUnspecified() {
		return "http://" + (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: address.Port}).String()
	}
	return "http://" + listener.Addr().String()
}
