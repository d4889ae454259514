package middleware

import (
	"net/url"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
	"meet-external-api/refusal"
)

// validator checks the requests of one operation against the specification. It is made once, at start.
type validator struct {
	// path, query and headers are the parameters of the operation, by where they stand.
	path, query, headers []*openapi3.Parameter
	// body is nil for an operation without one.
	body  *openapi3.Schema
	forms bool
	// protobuf is that of Options.
	protobuf bool
	// oauth is set for endpoints for which clients authenticate.
	oauth *oauthEndpoint
}

func newValidator(operation *openapi3.Operation) (v validator, err error) {
	for _, reference := range operation.Parameters {
		switch parameter := reference.Value; parameter.In {
		case openapi3.ParameterInPath:
			v.path = append(v.path, parameter)
		case openapi3.ParameterInQuery:
			v.query = append(v.query, parameter)
		case openapi3.ParameterInHeader:
			v.headers = append(v.headers, parameter)
		}
	}
	if operation.RequestBody != nil {
		content := operation.RequestBody.Value.Content
		v.body = content[mediaJSON].Schema.Value
		v.forms = content[mediaForm] != nil
		v.oauth, err = newOAuthEndpoint(operation, v.body)
	}
	return v, err
}

// middleware refuses what the specification does not allow, all of it at once, and hands on what was validated.
func (v validator) middleware(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		strict := isStrict(c.Request())
		if strict {
			c.Response().Header().Set(headerPreferenceApplied, strictHandling)
		}
		if !v.pathFits(c) {
			return refusal.IDNotFound
		}
		query, err := queryOf(c)
		if err != nil {
			return err
		}
		object, required, err := v.readObject(c, query)
		if err != nil {
			return err
		}
		refused := refusal.Fields(map[string][]string{})
		if strict {
			addUnknown(append(unknownNames(query, v.query), unknownMembers(object, v.body)...), refused.Fields)
		}
		v.checkQuery(query, refused.Fields)
		v.checkHeaders(c.Request().Header, refused.Fields)
		v.checkObject(object, required, refused)
		if len(refused.Fields)+len(refused.Elements) > 0 {
			return refused
		}
		v.handOn(c, query, object)
		return next(c)
	}
}

// readObject reads the body, and for OAuth endpoints the credentials beside it, and names the members that are required. It is nil where
// the operation has no body.
func (v validator) readObject(c echo.Context, query url.Values) (object map[string]any, required []string, err error) {
	if v.body == nil {
		return nil, nil, nil
	}
	value, err := readBody(c.Request(), v.forms)
	if err != nil {
		return nil, nil, err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, nil, refusal.NotADictionary(typeName(value))
	}
	trimText(object, v.body)
	if v.protobuf {
		fromProtobuf(object, v.body)
	}
	if v.oauth != nil {
		required, err = v.oauth.mergeCredentials(c, query, object)
	}
	return object, required, err
}

// checkObject adds what is wrong with a body, of which only what is known here is left.
func (v validator) checkObject(object map[string]any, required []string, refused *refusal.Error) {
	if v.body == nil {
		return
	}
	keepKnown(object, v.body)
	cutLists(object, v.body)
	found := schemaErrors(v.body.VisitJSON(object, append(visitOptions, openapi3.VisitAsRequest())...))
	if v.protobuf {
		describeByPath(found, object, refused)
	} else {
		describeSchemaErrors(found, object, refused)
	}
	for _, name := range required {
		if _, given := object[name]; !given {
			refused.Fields[name] = []string{refusal.FieldRequired}
		}
	}
	refused.OAuth = fieldsCode(found)
}

// handOn puts what was validated in place of what was sent.
func (v validator) handOn(c echo.Context, query url.Values, object map[string]any) {
	c.Request().URL.RawQuery = v.canonicalQuery(query).Encode()
	if v.body == nil {
		return
	}
	if v.oauth != nil {
		ctx := c.Request().Context()
		c.SetRequest(c.Request().WithContext(auth.NewContext(ctx, clientOf(object))))
	}
	canonicalTimes(object, v.body)
	replaceBody(c.Request(), object)
	restartDeadline(c)
}
