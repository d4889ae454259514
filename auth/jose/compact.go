package jose

import (
	"encoding/base64"
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"strings"
)

// Header is what counts here of the header of a JWS (RFC 7515, section 4.1) or a JWE (RFC 7516, section 4.1). A member that is
// absent or null is empty.
type Header struct {
	// Algorithm of a JWS is EdDSA where the header says Ed25519 (RFC 9864, section 2.2).
	Algorithm   string         `json:"alg"`
	Encryption  string         `json:"enc"`
	Compression string         `json:"zip"`
	Type        string         `json:"typ"`
	KeyID       string         `json:"kid"`
	Critical    jsontext.Value `json:"crit"`
}

// JWS is a signed message (RFC 7515). Nothing in it is verified until Key.Verify or VerifyAny has said so.
type JWS struct {
	Header  Header
	Payload []byte
	// SigningInput is the text that is signed (RFC 7515, section 2). Unlike the signature it can be written in one way only.
	SigningInput string
	signature    []byte
}

// ParseJWS reads a JWS in the compact serialization (RFC 7515, section 7.1); of all its forms no other is read anywhere. Each
// part is base64url without padding in its one spelling, the header is a JSON object, and nothing in it is critical. Its errors
// hold nothing of the text.
func ParseJWS(text string) (JWS, error) {
	header, parts, err := parseCompact(text, 3)
	if err != nil {
		return JWS{}, err
	}
	header.Algorithm = canonical(header.Algorithm)
	return JWS{Header: header, Payload: parts[1], SigningInput: text[:strings.LastIndexByte(text, '.')], signature: parts[2]}, nil
}

// parseCompact reads a compact serialization of so many parts: 3 of a JWS, 5 of a JWE (RFC 7516, section 7.1).
func parseCompact(text string, count int) (header Header, parts [][]byte, err error) {
	encoded := strings.SplitN(text, ".", count+1)
	if len(encoded) != count {
		return Header{}, nil, fmt.Errorf("not %d parts", count)
	}
	parts = make([][]byte, count)
	buffer := make([]byte, 0, base64.RawURLEncoding.DecodedLen(len(text)))
	for i, part := range encoded {
		start := len(buffer)
		if buffer, err = appendPart(buffer, part); err != nil {
			return Header{}, nil, err
		}
		parts[i] = buffer[start:]
	}
	if err := DecodeObject(parts[0], &header); err != nil {
		return Header{}, nil, fmt.Errorf("the header: %w", err)
	}
	if header.Critical != nil {
		return Header{}, nil, errors.New("a critical extension")
	}
	return header, parts, nil
}

// EncodePart writes base64url without padding (RFC 7515, section 2).
func EncodePart(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// DecodePart reads base64url without padding, in its one spelling only (RFC 7515, section 2).
func DecodePart(part string) ([]byte, error) { return appendPart(nil, part) }

func appendPart(buffer []byte, part string) ([]byte, error) {
	buffer, err := base64.RawURLEncoding.Strict().AppendDecode(buffer, []byte(part))
	// The decoder skips ends of lines.
	if err != nil || strings.ContainsAny(part, "\r\n") {
		return nil, errors.New("a part that is not base64url")
	}
	return buffer, nil
}
