package google

import "meet-external-api/generated"

// encodeJSON writes JSON as the first API does.
var encodeJSON = generated.EncodeJSON
