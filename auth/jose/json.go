package jose

import (
	"encoding/json"
	"encoding/json/jsontext"
	jsonv2 "encoding/json/v2"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxDepth is how deep arrays and objects may nest (docs/contract.md, "Conventions").
const maxDepth = 32

var errTooDeep = fmt.Errorf("nested deeper than %d", maxDepth)

// DecodeJSON reads one JSON value (RFC 8259) that came from outside: objects become map[string]any, arrays []any, numbers
// json.Number. What validates the value and what uses it see the same thing: no name twice in one object, no nesting deeper than
// 32, nothing after the value, valid UTF-8 only. Its errors are texts for the sender that repeat nothing of the input.
func DecodeJSON(data []byte) (any, error) {
	var read untyped
	switch err := jsonv2.Unmarshal(data, &read); {
	case err == nil:
		return read.value, nil
	case read.whole:
		return nil, errors.New("more data after the value")
	default:
		return nil, describe(err, data)
	}
}

// DecodeObject reads a JSON object into a struct or a map, as strictly as DecodeJSON does; members that the struct does not have
// are left out, and so is the bound of their depth. A name in another letter case is another name.
func DecodeObject(data []byte, into any) error {
	if jsontext.Value(data).Kind() != jsontext.KindBeginObject {
		return errors.New("not a JSON object")
	}
	return describe(jsonv2.Unmarshal(data, into), data)
}

// describe says what is wrong with JSON; encoding/json/v2 would repeat parts of it.
func describe(err error, data []byte) error {
	if err == nil {
		return nil
	}
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.Is(err, errTooDeep):
		return errTooDeep
	case !utf8.Valid(data):
		return errors.New("not valid UTF-8")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("unexpected end of the body")
	case !errors.As(err, &syntactic):
		return errors.New("a member is of another type")
	case errors.Is(err, jsontext.ErrDuplicateName):
		return fmt.Errorf("the same key twice in one object (byte %d)", syntactic.ByteOffset)
	}
	return fmt.Errorf("a syntax error (byte %d)", syntactic.ByteOffset)
}

// untyped is what DecodeJSON reads. To decode into an `any` with functions for numbers and depth takes twice as long.
type untyped struct {
	value any
	whole bool
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom of encoding/json/v2.
func (u *untyped) UnmarshalJSONFrom(decoder *jsontext.Decoder) (err error) {
	u.value, err = decodeValue(decoder)
	u.whole = err == nil
	return err
}

func decodeValue(decoder *jsontext.Decoder) (any, error) {
	token, err := decoder.ReadToken()
	switch {
	case err != nil:
		return nil, err
	case decoder.StackDepth() > maxDepth:
		return nil, errTooDeep
	}
	switch token.Kind() {
	case jsontext.KindBeginObject:
		object := map[string]any{}
		for decoder.PeekKind() != jsontext.KindEndObject {
			token, err := decoder.ReadToken()
			if err != nil {
				return nil, err
			}
			name := token.String()
			if object[name], err = decodeValue(decoder); err != nil {
				return nil, err
			}
		}
		_, err = decoder.ReadToken()
		return object, err
	case jsontext.KindBeginArray:
		array := []any{}
		for decoder.PeekKind() != jsontext.KindEndArray {
			value, err := decodeValue(decoder)
			if err != nil {
				return nil, err
			}
			array = append(array, value)
		}
		_, err = decoder.ReadToken()
		return array, err
	case jsontext.KindString:
		return token.String(), nil
	case jsontext.KindNumber:
		return json.Number(token.String()), nil
	case jsontext.KindTrue, jsontext.KindFalse:
		return token.Bool(), nil
	default: // null: an end in place of a value is an error above
		return nil, nil
	}
}
