package handlers

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"meet-external-api/generated"
)

// streamedRooms is an answer of generated.ListRooms200JSONResponse that is written as it is encoded: rooms of Meet can be large, and
// generated code would hold the text of all of them as well.
type streamedRooms generated.RoomList

// VisitListRoomsResponse implements generated.ListRoomsResponseObject.
func (r streamedRooms) VisitListRoomsResponse(w http.ResponseWriter) error {
	w.Header().Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	return generated.EncodeJSON(w, r)
}

const defaultPageSize = 20

// lastPage is the `page` of which only a count tells the number.
const lastPage = "last"

// page is a part of a list.
type page struct {
	number int64 // from 1
	size   int64
}

// pageOf fills in the defaults; what the specification says of the parameters has been checked. The last page is the first one until
// the count is known.
func pageOf(params generated.ListRoomsParams) page {
	p := page{number: 1, size: defaultPageSize}
	if params.Page != nil && *params.Page != lastPage {
		p.number, _ = strconv.ParseInt(*params.Page, 10, 64)
	}
	if params.PageSize != nil {
		p.size = int64(*params.PageSize)
	}
	return p
}

// last is the number of the last page of so many rooms, of which the first one may be empty.
func (p page) last(total int64) int64 { return max((total+p.size-1)/p.size, 1) }

func (p page) offset() int64 { return (p.number - 1) * p.size }

// links are the URLs of the pages behind this one and before it, nil where there is none.
func (p page) links(requested url.URL, total int64) (next, previous *string) {
	if p.number*p.size < total {
		next = link(requested, p.number+1)
	}
	if p.number > 1 {
		previous = link(requested, p.number-1)
	}
	return next, previous
}

// link keeps the other parameters of the request. The first page carries no number, as in Meet.
func link(requested url.URL, number int64) *string {
	query := requested.Query()
	if number == 1 {
		query.Del("page")
	} else {
		query.Set("page", strconv.FormatInt(number, 10))
	}
	requested.RawQuery = query.Encode()
	text := requested.String()
	return &text
}
