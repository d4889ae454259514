package bench

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
	_ "github.com/lib/pq" // the driver "postgres"
)

// The least SQL that answers the operations: who may have what is not asked.
const (
	clientAndUser = `select a.client_secret, a.is_active, u.id from meet_application a, meet_user u
		where a.client_id = $1 and lower(u.email collate "C") = $2`
	roomColumns = `r.resource_id, r.name, r.slug, r.access_level, r.configuration`
	listRooms   = `select ` + roomColumns + ` from meet_resource_access a join meet_room r on r.resource_id = a.resource_id
		where a.user_id = $1 order by r.name limit 20`
	countRooms   = `select count(*) from meet_resource_access where user_id = $1`
	retrieveRoom = `select ` + roomColumns + ` from meet_room r join meet_resource_access a on a.resource_id = r.resource_id
		where r.resource_id = $1 and a.user_id = $2`
	createRoom = `with resource as (
			insert into meet_resource (id, created_at, updated_at) values (gen_random_uuid(), now(), now()) returning id
		), access as (
			insert into meet_resource_access (id, created_at, updated_at, role, resource_id, user_id)
			select gen_random_uuid(), now(), now(), 'owner', id, $1 from resource
		)
		insert into meet_room as r (resource_id, name, slug, configuration, access_level)
		select id, id, id, '{}', 'trusted' from resource returning ` + roomColumns
)

type room struct {
	ID            string          `db:"resource_id" json:"id"`
	Name          string          `db:"name" json:"name"`
	Slug          string          `db:"slug" json:"slug"`
	AccessLevel   string          `db:"access_level" json:"access_level"`
	Configuration json.RawMessage `db:"configuration" json:"configuration"`
}

// serveBaseline answers the operations with the least that any server of this stack has to do: Echo, prepared statements through sqlx
// and lib/pq, and JSON. It authenticates nobody, validates nothing, logs nothing. It returns when it cannot serve.
func serveBaseline(databaseURL, address string) error {
	pool, err := sqlx.Connect("postgres", databaseURL)
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(clients)
	pool.SetMaxIdleConns(clients)
	statements := map[string]*sqlx.Stmt{}
	for _, query := range []string{clientAndUser, listRooms, countRooms, retrieveRoom, createRoom} {
		if statements[query], err = pool.Preparex(query); err != nil {
			return err
		}
	}
	user := userID(actor)
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.POST(apiPath+"/application/token/", func(c echo.Context) error {
		var body struct {
			ClientID string `json:"client_id"`
			Scope    string `json:"scope"`
		}
		if err := c.Bind(&body); err != nil {
			return err
		}
		var row struct {
			Secret string `db:"client_secret"`
			Active bool   `db:"is_active"`
			UserID string `db:"id"`
		}
		if err := statements[clientAndUser].Get(&row, body.ClientID, body.Scope); err != nil {
			return err
		}
		token := sign(body.ClientID, row.UserID)
		return c.JSON(http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 3600})
	})
	e.GET(apiPath+"/rooms/", func(c echo.Context) error {
		var count int
		if err := statements[countRooms].Get(&count, user); err != nil {
			return err
		}
		rooms := []room{}
		if err := statements[listRooms].Select(&rooms, user); err != nil {
			return err
		}
		return c.JSON(http.StatusOK, map[string]any{"count": count, "results": rooms})
	})
	e.GET(apiPath+"/rooms/:id/", func(c echo.Context) error {
		var found room
		if err := statements[retrieveRoom].Get(&found, c.Param("id"), user); err != nil {
			return err
		}
		return c.JSON(http.StatusOK, found)
	})
	e.POST(apiPath+"/rooms/", func(c echo.Context) error {
		var made room
		if err := statements[createRoom].Get(&made, user); err != nil {
			return err
		}
		return c.JSON(http.StatusCreated, made)
	})
	return e.Start(address)
}

// sign makes a token like that of the program, with HS256.
func sign(clientID, user string) string {
	encode, now := base64.RawURLEncoding.EncodeToString, time.Now().Unix()
	claims := fmt.Appendf(nil, `{"iss":"lasuite-meet","iat":%d,"exp":%d,"client_id":%q,"user_id":%q,"delegated":true,"scope":"rooms:list"}`,
		now, now+3600, clientID, user)
	text := encode([]byte(`{"alg":"HS256","typ":"at+jwt"}`)) + "." + encode(claims)
	mac := hmac.New(sha256.New, []byte(signingKey))
	mac.Write([]byte(text))
	return text + "." + encode(mac.Sum(nil))
}
