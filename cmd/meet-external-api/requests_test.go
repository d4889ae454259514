// The tests of docs/contract.md, "Conventions": which requests are read, and how.

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// sendRaw sends bytes as they are, and returns the answer to them.
func (s *instance) sendRaw(request string) answer {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	require.NoError(s.t, err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, request)
	require.NoError(s.t, err)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(s.t, err)
	raw, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	a := answer{status: response.StatusCode, header: response.Header, raw: raw}
	_ = json.Unmarshal(raw, &a.body)
	return a
}

// A request that sends a body in UTF-8 is read, whatever its library says of the character set.
func TestMediaTypes(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	for parameters, readable := range map[string]bool{
		"": true, ";": true, "; charset": true, "; charset=": true, `; charset=""`: true, ";charset=UTF-8": true, `; charset="utf-8"`: true,
		"; Charset=utf8": true, "; charset=ISO-8859-1": true, "; charset=latin1": true, "; charset=iso8859_15": true, "; charset=US-ASCII": true,
		"; charset=windows-1252": true, "; charset=Cp1251": true, "; charset=koi8-r": true, "; charset=euc-jp": true, "; charset=GBK": true,
		"; profile=x": true, `; profile="a;charset=utf-16"`: true, "; odata.metadata=minimal; charset=utf-8": true, "; boundary=x": true,

		"; charset=utf-16": false, "; charset=UTF-16LE": false, "; charset=utf-32": false, "; charset=utf-7": false, "; charset=ucs-2": false,
		"; charset=ibm037": false, "; charset=cp037": false, "; charset=iso-2022-jp": false, "; charset=shift_jis": false, "; charset=none": false,
		"; charset=utf-8; charset=utf-16": false, ", application/json": false,
	} {
		status := map[bool]int{true: 201, false: 415}[readable]
		for _, media := range []string{"application/json", "Application/JSON"} {
			a := s.post(roomsPath, "{}", bearer(token), header("Content-Type", media+parameters))
			require.Equal(t, status, a.status, "%s%s: %s", media, parameters, a.raw)
		}
		form := fmt.Sprintf("client_id=%s&client_secret=%s&grant_type=client_credentials&scope=user%%40example.com", application.ID, application.Secret)
		a := s.send(http.MethodPost, tokenPath, strings.NewReader(form), header("Content-Type", "application/x-www-form-urlencoded"+parameters))
		require.Equal(t, map[bool]int{true: 200, false: 415}[readable], a.status, "a form%s: %s", parameters, a.raw)
	}
	for _, media := range []string{"text/json", "application/vnd.api+json", "multipart/form-data; boundary=x", "text/\"<&>", "json", "/", "application/"} {
		a := s.post(roomsPath, "{}", bearer(token), header("Content-Type", media))
		require.Equal(t, 415, a.status, media)
		require.Equal(t, `Unsupported media type "`+media+`" in request.`, a.detail())
	}
	two := s.post(roomsPath, "{}", bearer(token), func(r *http.Request) { r.Header.Add("Content-Type", "text/plain") })
	require.Equal(t, 415, two.status, "another server may read the other one")
	long := s.post(roomsPath, "{}", bearer(token), header("Content-Type", strings.Repeat("x", 20_000)))
	require.Less(t, len(long.raw), 300)
	require.Equal(t, 400, s.post(roomsPath, "{\"x\":\"\xe9\"}", bearer(token), header("Content-Type", "application/json; charset=ISO-8859-1")).status)
}

func TestContentCodings(t *testing.T) {
	t.Parallel()
	s, application, _, token := roomServer(t)
	for coding, status := range map[string]int{
		"": 201, "identity": 201, "Identity": 201, "gzip": 415, "br": 415, "deflate": 415, "x": 415, "identity, gzip": 415, "gzip, identity": 415,
	} {
		a := s.post(roomsPath, "{}", bearer(token), header("Content-Encoding", coding))
		require.Equal(t, status, a.status, "%s: %s", coding, a.raw)
		if status == 415 {
			require.Equal(t, `Unsupported content coding "`+coding+`" in request: send the body as it is.`, a.detail())
		}
	}
	a := s.post(tokenPath, tokenRequest(application, nil), header("Content-Encoding", "gzip"))
	require.Equal(t, 415, a.status)
	require.Equal(t, "invalid_request", a.body["error"])
	require.Equal(t, "unsupported_content_coding", s.reason(t, a))
	require.Equal(t, 201, s.send(http.MethodPost, roomsPath, nil, bearer(token), header("Content-Encoding", "gzip")).status, "there is no body")
}

// The answer comes although not a byte of the body has: a test that waits for one would not end.
func TestDeclaredLengths(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	for _, path := range []string{roomsPath, tokenPath} {
		for _, length := range []string{"65537", "200000", "1000000000000"} {
			for _, expect := range []string{"", "Expect: 100-continue\r\n"} {
				a := s.sendRaw("POST /external-api/v1.0" + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n" +
					expect + "Content-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n")
				require.Equal(t, 413, a.status)
				require.Equal(t, "Request body is larger than 65536 bytes.", a.detail())
			}
		}
	}
	a := s.sendRaw("POST /external-api/v1.0/rooms/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n")
	require.Equal(t, 401, a.status, "authentication comes first")
}

func TestEncodedPaths(t *testing.T) {
	t.Parallel()
	s, _, user, token := roomServer(t)
	room := s.seed(user, "owner", "Board")
	every := ""
	for _, character := range []byte("/external-api/v1.0/rooms/" + room) {
		if character == '/' {
			every += "/"
		} else {
			every += fmt.Sprintf("%%%02x", character)
		}
	}
	for path, status := range map[string]int{
		"/external-api/v1.0/%72ooms/": 200, "/external-api/v1.0/%72ooms": 200, "/external-api/v1%2E0/rooms?page=1": 200, "/%65xternal-api/v1.0/rooms/": 200,
		"/%65xternal%2Dapi/v1%2e0/rooms/" + room: 200, every: 200, strings.ToUpper(every): 200, "/%5F%5Flbheartbeat%5f%5f": 200,
		"/external-api/v1.0/docs/style%2ecss": 200, "/external-api/v1.0/%2Ewell-known/jwks.json": 200,

		"/external-api/v1.0%2Frooms/": 404, "/external-api/v1.0/rooms%2F": 404, "/external-api/v1.0/rooms%2f" + room: 404, "/external-api/v1.0/rooms/" + room + "%2F": 404,
		"/external-api/v1.0/%2572ooms/": 404, "/external-api/v1.0/rooms/%2e%2e/rooms": 404, "/external-api/v1.0/rooms/%00": 404, "/external-api/v1.0/rooms%3Fpage=1": 404,
		"/external-api/v1.0/rooms/" + room + "%20": 404, "/external-api/v1.0/%C5%BFrooms": 404, "/external-api/v1.0/ROOMS": 404,
	} {
		a, _ := s.sendAnywhere(http.MethodGet, path, nil, bearer(token))
		require.Equal(t, status, a.status, "%s: %s", path, a.raw)
	}
	s.post(roomsPath, "{}", bearer(token))
	a, _ := s.sendAnywhere(http.MethodGet, "/external-api/v1.0/%72ooms?page_size=1", nil, bearer(token))
	require.Equal(t, s.url+"/external-api/v1.0/rooms/?page=2&page_size=1", a.body["next"])
}

// What HTTP takes for a host, and is none, gets into no link and no document.
func TestHosts(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	longest := strings.Repeat(strings.Repeat("a", 62)+".", 4) + "b"
	for host, shown := range map[string]string{
		"localhost": "localhost", "meet.example.org:8443": "meet.example.org:8443", "Meet.Example.ORG.": "meet.example.org.", "meet_api_1:80": "meet_api_1:80",
		"a": "a", "192.0.2.1": "192.0.2.1", "[2001:DB8::1]:443": "[2001:db8::1]:443", longest: longest,

		"": "", ":80": "", "h:": "", "h:65536": "", "h:80:80": "", "h:x": "", ".": "", "..": "", "a..b": "", ".a": "", "-a": "", "a-": "", "*": "", "a,b": "", "a;b": "",
		"a&b": "", "a'b": "", "a$b": "", "a!b": "", "a%41": "", "[::g]": "", "[]": "", "[::1": "", "[fe80::1%25eth0]": "", "2001:db8::1": "",
		longest + "bc": "", strings.Repeat("a", 64): "", strings.Repeat("a.", 5000): "",
	} {
		base := "http://" + shown + "/external-api/v1.0"
		created := s.sendRaw("POST /external-api/v1.0/rooms/? HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + token + "\r\nContent-Length: 0\r\n\r\n")
		document := s.sendRaw("GET /external-api/v1.0/openapi.yaml HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
		metadata := s.sendRaw("GET /external-api/v1.0/.well-known/oauth-authorization-server HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
		if shown == "" {
			for _, a := range []answer{created, document, metadata} {
				require.Equal(t, 400, a.status, host)
				require.Equal(t, "The Host of the request is not a host name.", a.detail())
			}
			continue
		}
		require.Equal(t, 201, created.status, "%s: %s", host, created.raw)
		require.Equal(t, base+"/rooms/"+created.body["id"].(string)+"/", created.header.Get("Location"))
		specification, err := openapi3.NewLoader().LoadFromData(document.raw)
		require.NoError(t, err)
		require.Equal(t, base, specification.Servers[0].URL)
		require.Equal(t, base, metadata.body["issuer"])
	}
	s.log.waitFor(t, "request", map[string]any{"reason": "host_not_valid", "address": "127.0.0.1"})
	// HTTP/1.0, which health checks speak, need not name a host: it is the address that was asked.
	a := s.sendRaw("GET /__heartbeat__ HTTP/1.0\r\n\r\n")
	require.Equal(t, 200, a.status)
	a = s.sendRaw("POST /external-api/v1.0/rooms/ HTTP/1.0\r\nAuthorization: Bearer " + token + "\r\n\r\n")
	require.Equal(t, s.url+"/external-api/v1.0/rooms/"+a.body["id"].(string)+"/", a.header.Get("Location"))
}

// A request line can hold a whole URL (RFC 9112, section 3.2.2), whose host counts and whose user does not.
func TestAbsoluteRequestLines(t *testing.T) {
	t.Parallel()
	s, _, _, token := roomServer(t)
	for target, host := range map[string]string{
		"http://meet.example.org": "meet.example.org", "http://user:pass@Meet.example.org": "meet.example.org", "http://user@meet.example.org:80": "meet.example.org:80",
		"https://@meet.example.org": "meet.example.org", "http:": "other.example", "http://": "other.example", "http://user:pass@": "other.example",
		"http://a&b": "", "http://:80": "",
	} {
		for _, query := range []string{"", "?", "?a=b", "?#fragment"} {
			a := s.sendRaw("POST " + target + "/external-api/v1.0/rooms/" + query + " HTTP/1.1\r\nHost: other.example\r\nAuthorization: Bearer " + token + "\r\nContent-Length: 0\r\n\r\n")
			if host == "" {
				require.Equal(t, 400, a.status, target)
				continue
			}
			require.Equal(t, 201, a.status, "%s: %s", target, a.raw)
			require.Equal(t, "http://"+host+"/external-api/v1.0/rooms/"+a.body["id"].(string)+"/", a.header.Get("Location"), target)
		}
	}
	a := s.sendRaw("GET http://user:pass@meet.example.org/external-api/v1.0/rooms/?page_size=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n")
	require.Equal(t, "http://meet.example.org/external-api/v1.0/rooms/?page=2&page_size=1", a.body["next"])
}

// Host names do not differ by case, wherever they come from.
func TestHostsInAnyCase(t *testing.T) {
	t.Parallel()
	const origin = "https://addon.example.org"
	s, _, _, token := roomServer(t, map[string]string{"EXTERNAL_API_PUBLIC_URL": "HTTPS://Meet.Example.ORG/", "EXTERNAL_API_CORS_ORIGINS": "HTTPS://Addon.Example.ORG,https://other.example"})
	a := s.post(roomsPath, "{}", bearer(token), header("Origin", origin))
	require.Equal(t, origin, a.header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "https://meet.example.org/external-api/v1.0/rooms/"+a.body["id"].(string)+"/", a.header.Get("Location"))
	require.Equal(t, 400, s.sendRaw("GET /__heartbeat__ HTTP/1.1\r\nHost: a&b\r\n\r\n").status, "also where the links do not need it")
	proxied := s.replica(map[string]string{"EXTERNAL_API_PUBLIC_URL": "", "EXTERNAL_API_TRUSTED_PROXIES": "127.0.0.1"})
	a = proxied.post(roomsPath, "{}", bearer(token), header("X-Forwarded-Host", "Meet.Example.ORG:8443"), header("X-Forwarded-Proto", "HTTPS"))
	require.Equal(t, "https://meet.example.org:8443/external-api/v1.0/rooms/"+a.body["id"].(string)+"/", a.header.Get("Location"))
}

// What encoding/json escapes for pages of HTML is written as it is.
func TestPlainJSON(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	room := s.seed(user, "owner", "a&b<c>")
	s.seed(user, "owner", "d")
	s.sql(`update meet_room set configuration = '{"<&>": "&amp;"}' where resource_id = $1`, room)
	odd := s.get("/rooms/"+room, bearer(token))
	require.Equal(t, "a&b<c>", odd.body["name"])
	require.Contains(t, string(odd.raw), `{"<&>":"&amp;"}`)
	for name, a := range map[string]answer{
		"a room":                     odd,
		"links":                      s.get(roomsPath+"?page_size=1&x=%3C%26%3E", bearer(token)),
		"an error of a field":        s.post(roomsPath, `{"access_level": "<&>"}`, bearer(token)),
		"one that is no text":        s.post(roomsPath, `{"access_level": ["<&>"]}`, bearer(token)),
		"one by its name":            s.post(roomsPath, `{"configuration": {"<&>": 1}}`, bearer(token)),
		"an error of a request":      s.post(roomsPath, "x", bearer(token), header("Content-Type", "<&>")),
		"an error of OAuth":          s.post(tokenPath, tokenRequest(application, map[string]any{"grant_type": "<&>"})),
		"the specification":          s.get("/openapi.json"),
		"a method":                   s.send("A&B", roomsPath, nil),
		"the metadata of the server": s.get("/.well-known/oauth-authorization-server"),
	} {
		require.NotRegexp(t, `\\u00(26|3c|3e)`, string(a.raw), name)
		require.True(t, json.Valid(a.raw), name)
	}
	long := s.send(strings.Repeat("M", 20_000), roomsPath, nil)
	require.Equal(t, 405, long.status)
	require.Less(t, len(long.raw), 300)
}

// Half a character of UTF-16 is no text (RFC 8259, section 8.2): read leniently, all of them would be one, and so would the users that
// they name.
func TestHalfCharacters(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	s := start(t, p.settings(), addons)
	user := s.user("user@example.com")
	application := s.application()
	for i, half := range []string{`\ud800`, `\uDFFF`, `a\udbff`, `\udc00\ud800`, `\ud83dx`} {
		for _, body := range []string{`{"x": "` + half + `"}`, `{"` + half + `": 1}`, `"` + half + `"`} {
			require.Equal(t, 400, s.post(tokenPath, body).status, body)
		}
		for _, claims := range []string{
			`"client_id": "` + application.ID + `", "user_id": "` + half + `"`, `"client_id": "` + half + `", "user_id": "` + user + `"`,
			`"client_id": "` + application.ID + `", "user_id": "` + user + `", "jti": "` + half + `"`, `"client_id": "` + application.ID + `", "user_id": "` + user + `", "x": "` + half + `"`,
		} {
			text := fmt.Sprintf(`{"iss": "lasuite-meet", "exp": 9999999999, "delegated": true, "scope": "rooms:list", %s}`, claims)
			require.Equal(t, "Invalid token.", s.get(roomsPath, bearer(signed(t, testKey, meetHeader, text))).detail(), text)
		}
		addon := fmt.Sprintf(`{"iss": "lasuite-meet", "aud": "addons", "exp": 9999999999, "scope": "rooms:list", "user_id": "%s", "sub": "%s"}`, user, half)
		require.Equal(t, "Invalid token.", s.get(roomsPath, bearer(signed(t, addonKey, meetHeader, addon))).detail())
		token := fmt.Sprintf("token%d", i)
		p.knows(token, map[string]any{"sub": json.RawMessage(`"` + half + `"`)})
		require.NotEqual(t, 200, s.get(roomsPath, bearer(token)).status)
	}
	var users int
	require.NoError(t, s.pool().Get(&users, `select count(*) from meet_user`))
	require.Equal(t, 1, users, "nobody is made of them")
}

// Text is what is sent as text: a number is none, as which libraries without types send an id.
func TestTextFields(t *testing.T) {
	t.Parallel()
	s, application, user, token := roomServer(t)
	grant := "/rooms/" + s.seed(user, "owner", "Board") + "/grant-access/"
	for path, fields := range map[string][]string{
		tokenPath: {"client_id", "client_secret", "scope"}, introspectPath: {"client_id", "client_secret", "token", "token_type_hint"}, grant: {"email"},
	} {
		for _, field := range fields {
			for _, value := range []string{"5", "1.5", "true", "[]", `["x"]`, "{}"} {
				all := tokenRequest(application, map[string]any{"email": "bob@example.com", "token": token, field: json.RawMessage(value)})
				a := s.post(path, all, bearer(token))
				require.Equal(t, 400, a.status, "%s %s: %s", field, value, a.raw)
				require.Equal(t, []any{"Not a valid string."}, a.body[field], "%s %s: %s", field, value, a.raw)
			}
		}
	}
	for field, path := range map[string]string{"role": grant, "access_level": roomsPath, "grant_type": tokenPath} {
		a := s.post(path, tokenRequest(application, map[string]any{"email": "bob@example.com", field: 1.5}), bearer(token))
		require.Equal(t, 400, a.status)
		require.Equal(t, []any{`"1.5" is not a valid choice.`}, a.body[field])
	}
}
