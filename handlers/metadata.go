package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"meet-external-api/auth"
	"meet-external-api/auth/assertion"
	"meet-external-api/generated"
)

// MetadataPath is where metadata is looked for at the root of a host (RFC 8414, section 3).
const MetadataPath = "/.well-known/oauth-authorization-server"

const (
	tokenPath      = BasePath + "/application/token"
	introspectPath = BasePath + "/application/introspect"
	revokePath     = BasePath + "/application/revoke"
)

var clientAuthentication = []string{"client_secret_basic", "client_secret_post", "private_key_jwt"}

// ReadMetadata answers what OAuth libraries need to know (RFC 8414).
func (a *API) ReadMetadata(ctx context.Context, _ generated.ReadMetadataRequestObject) (generated.ReadMetadataResponseObject, error) {
	return generated.ReadMetadata200JSONResponse(a.metadata(ctx, BasePath)), nil
}

// MetadataOf answers the metadata of the issuer whose URL ends in path, where RFC 8414, section 3.1 looks for it.
func (a *API) MetadataOf(path string) echo.HandlerFunc {
	return func(c echo.Context) error {
		return c.JSON(http.StatusOK, a.metadata(c.Request().Context(), path))
	}
}

// metadata is that of the issuer whose URL ends in path; where tokens name a URL as their issuer, of that one.
func (a *API) metadata(ctx context.Context, path string) generated.Metadata {
	requested := auth.FromContext[auth.Origin](ctx).URL
	host := requested.Scheme + "://" + requested.Host
	issuer := host + path
	if a.issuerURL() != nil {
		issuer = a.Settings.Issuer
	}
	return generated.Metadata{
		Issuer:                            issuer,
		TokenEndpoint:                     host + tokenPath + "/",
		JwksUri:                           host + BasePath + "/.well-known/jwks.json",
		ScopesSupported:                   auth.Scopes,
		ResponseTypesSupported:            []string{},
		GrantTypesSupported:               []string{string(generated.ClientCredentials)},
		TokenEndpointAuthMethodsSupported: clientAuthentication,
		TokenEndpointAuthSigningAlgValuesSupported:         assertion.Algorithms,
		IntrospectionEndpoint:                              host + introspectPath + "/",
		IntrospectionEndpointAuthMethodsSupported:          clientAuthentication,
		IntrospectionEndpointAuthSigningAlgValuesSupported: assertion.Algorithms,
		RevocationEndpoint:                                 host + revokePath + "/",
		RevocationEndpointAuthMethodsSupported:             clientAuthentication,
		RevocationEndpointAuthSigningAlgValuesSupported:    assertion.Algorithms,
		ServiceDocumentation:                               host + BasePath + "/docs/",
	}
}

// issuerURL is what tokens name as their issuer where that is a URL, else nil.
func (a *API) issuerURL() *url.URL {
	named, err := url.Parse(a.Settings.Issuer)
	if err != nil || !strings.HasPrefix(named.Scheme, "http") || named.Host == "" {
		return nil
	}
	return named
}

// IssuerPath is the path of the URL that tokens name as their issuer, behind which RFC 8414, section 3.1 looks for its metadata;
// empty where it has none, or there is no such URL.
func (a *API) IssuerPath() string {
	named := a.issuerURL()
	if named == nil || strings.ContainsAny(named.Path, ":*") { // which the router takes for parameters
		return ""
	}
	return strings.TrimSuffix(named.Path, "/")
}

// ReadKeys answers the public keys that verify tokens (RFC 7517, section 5).
func (a *API) ReadKeys(context.Context, generated.ReadKeysRequestObject) (generated.ReadKeysResponseObject, error) {
	encoded, err := a.Tokens.PublicKeys()
	if err != nil {
		return nil, err
	}
	var keys generated.KeySet
	if err := json.Unmarshal(encoded, &keys); err != nil {
		return nil, fmt.Errorf("reading the keys: %w", err)
	}
	return generated.ReadKeys200JSONResponse(keys), nil
}
