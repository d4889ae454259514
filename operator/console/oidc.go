package console

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/labstack/echo/v4"
	"golang.org/x/oauth2"

	"meet-external-api/auth"
	"meet-external-api/refusal"
)

const (
	// callbackPath is where the provider sends browsers back to.
	callbackPath = Path + "/oidc/callback"
	finishPath   = Path + "/oidc/finish/"
	// attemptCookie holds an attempt, for so long.
	attemptCookie  = "operator_oidc"
	attemptSeconds = 600
	// providerTimeout bounds each question to the provider.
	providerTimeout = 4 * time.Second
	// providerKept is how long what the provider says of itself is taken for true.
	providerKept = 10 * time.Minute
)

// oidcRoutes are the steps of signing in at the OpenID provider, by the authorization code flow (OpenID Connect Core, section 3.1) with
// PKCE (RFC 7636). The provider sends the browser to callback, from another site, so that no cookie comes with it; callback goes on to
// finish by itself, with the cookies.
func (c *Console) oidcRoutes() []route {
	return []route{
		{http.MethodGet, "/oidc/start/", c.startOIDC},
		{http.MethodGet, "/oidc/callback/", c.callBack},
		{http.MethodGet, "/oidc/finish/", c.finishOIDC},
	}
}

// host is what people know the provider by.
func (o OIDC) host() string {
	issuer, err := url.Parse(o.Issuer)
	if err != nil {
		return o.Issuer
	}
	return issuer.Host
}

// attempt is what the browser keeps between the first step and the last one: of another browser's sign-in nothing counts here.
type attempt struct{ State, Nonce, Verifier, Next string }

// provider is what the OpenID provider says of itself.
type provider struct {
	oauth2.Config
	verifier *oidc.IDTokenVerifier
	until    time.Time
}

// discover asks the provider, when it is needed for the first time and then now and again. Errors: a refusal that is
// refusal.Unavailable.
func (c *Console) discover(ctx context.Context) (*provider, error) {
	if known := c.provider.Load(); known != nil && time.Now().Before(known.until) {
		return known, nil
	}
	found, err := oidc.NewProvider(ctx, c.OIDC.Issuer)
	if err != nil {
		return nil, refusal.NotAvailable("console_provider_unavailable", err)
	}
	p := &provider{
		Config: oauth2.Config{
			ClientID: c.OIDC.ClientID, ClientSecret: c.OIDC.ClientSecret, Endpoint: found.Endpoint(),
			RedirectURL: c.URL.Scheme + "://" + c.URL.Host + callbackPath, Scopes: []string{oidc.ScopeOpenID},
		},
		verifier: found.Verifier(&oidc.Config{ClientID: c.OIDC.ClientID}),
		until:    time.Now().Add(providerKept),
	}
	var metadata struct {
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	_ = found.Claims(&metadata) // which has been read
	// Without a word of it, HTTP Basic is meant (OpenID Connect Discovery, section 3). To try which would use the code up.
	p.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if len(metadata.Methods) > 0 && !slices.Contains(metadata.Methods, "client_secret_basic") {
		p.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	c.provider.Store(p)
	return p, nil
}

// asking is the context for questions to the provider.
func (c *Console) asking(e echo.Context) context.Context {
	return oidc.ClientContext(e.Request().Context(), &http.Client{Transport: c.Provider, Timeout: providerTimeout})
}

// startOIDC sends the browser to the provider.
func (c *Console) startOIDC(e echo.Context) error {
	p, err := c.discover(c.asking(e))
	if err != nil {
		return err
	}
	begun := attempt{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Next: ownPath(asked(e, "next"))}
	kept, err := json.Marshal(begun)
	if err != nil {
		return err
	}
	setCookie(e, attemptCookie, base64.RawURLEncoding.EncodeToString(kept), attemptSeconds)
	return seeOther(e, p.AuthCodeURL(begun.State, oidc.Nonce(begun.Nonce), oauth2.S256ChallengeOption(begun.Verifier)))
}

// callBack takes what the provider has sent the browser back with on to the last step.
func (c *Console) callBack(e echo.Context) error {
	return c.goOn(e, finishPath+"?"+e.QueryParams().Encode())
}

// finishOIDC begins a session for the operator whose subject the provider vouches for.
func (c *Console) finishOIDC(e echo.Context) error {
	ctx, by := c.asking(e), c.source(e)
	network := auth.FromContext[auth.Origin](ctx).Network()
	if err := c.Service.Limits.CountSignIn(ctx, "", network); err != nil {
		return err
	}
	var begun attempt
	kept, _ := base64.RawURLEncoding.DecodeString(cookieValue(e, attemptCookie))
	_ = json.Unmarshal(kept, &begun) // what cannot be read is no attempt
	setCookie(e, attemptCookie, "", -1)
	subject, err := c.subject(ctx, begun, e.QueryParams())
	if err != nil {
		c.Service.RefuseSignIn(by, err)
		return err
	}
	cookie, err := c.Service.SignInBySub(ctx, by, subject, cookieValue(e, sessionCookie))
	if err != nil {
		return err
	}
	c.Service.Limits.RefundSignIn(ctx, "", network)
	setCookie(e, sessionCookie, cookie, 0)
	return seeOther(e, ownPath(begun.Next))
}

// subject is the one that the provider's answer to an attempt vouches for. Errors: refusal.SignInNotBegun, refusal.ProviderRefused,
// refusal.ProviderAnswer; a refusal that is refusal.Unavailable.
func (c *Console) subject(ctx context.Context, begun attempt, answer url.Values) (string, error) {
	if begun.State == "" || subtle.ConstantTimeCompare([]byte(begun.State), []byte(answer.Get("state"))) == 0 {
		return "", refusal.SignInNotBegun
	}
	if failure := answer.Get("error"); failure != "" {
		return "", refusal.ProviderRefused.Because("error %q", failure[:min(len(failure), 100)])
	}
	p, err := c.discover(ctx)
	if err != nil {
		return "", err
	}
	token, err := p.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(begun.Verifier))
	if refused, is := errors.AsType[*oauth2.RetrieveError](err); is && refused.Response.StatusCode < http.StatusInternalServerError {
		return "", refusal.ProviderAnswer.Because("the token endpoint answered %d %q", refused.Response.StatusCode, refused.ErrorCode)
	}
	if err != nil {
		return "", refusal.NotAvailable("console_provider_unavailable", errors.New("the token endpoint cannot be asked"))
	}
	text, _ := token.Extra("id_token").(string)
	verified, err := p.verifier.Verify(ctx, text)
	switch {
	case err != nil:
		return "", refusal.ProviderAnswer.Because("%w", err)
	case subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(begun.Nonce)) == 0:
		return "", refusal.ProviderAnswer.Because("its nonce is another one")
	}
	return verified.Subject, nil
}
