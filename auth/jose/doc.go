// Package jose reads and writes what JOSE is made of: keys, signatures, the compact serialization of JWS and JWE, and strict
// JSON. It is the only importer of jwx, whose second version is in its last release line, so that its successor is one change.
// What the claims of a token mean belongs to the packages that use this one.
//
// No message of a caller reaches jwx before it has been read here: ParseJWS reads the one form that is in use, into types that
// hold nothing else, and a Key says whether the signature is its own. Begin with ParseSigningKey, Key.Sign, ParseJWS and
// VerifyAny.
package jose
