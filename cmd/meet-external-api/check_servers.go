package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"

	"github.com/google/uuid"

	"meet-external-api/auth/introspection"
	"meet-external-api/auth/ratelimit"
	"meet-external-api/livekit"
)

// checkListen listens for a moment. That this program serves there already is no fault: it may be checked while it runs, and then has its
// other listener too.
func (d dependencies) checkListen(ctx context.Context) report {
	if d.faulty["EXTERNAL_API_LISTEN"] {
		return d.checkOperationsListen(ctx)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", d.listen)
	switch {
	case err == nil:
		defer func() { _ = listener.Close() }()
		return d.checkOperationsListen(ctx)
	case errors.Is(err, syscall.EADDRINUSE) && servesAt(ctx, d.listen):
		return report{Hints: []*finding{aboutSetting(codeRunning, "EXTERNAL_API_LISTEN", "a meet-external-api serves on "+d.listen+" already")}}
	}
	found := d.checkOperationsListen(ctx)
	found.Faults = append(found.Faults, aboutSetting(codeListen, "EXTERNAL_API_LISTEN", err.Error()))
	return found
}

// checkOperationsListen is about an address that somebody has set: another one that is taken stops no start.
func (d dependencies) checkOperationsListen(ctx context.Context) report {
	if !d.operationsListenSet || d.operationsListen == noListener || d.faulty["EXTERNAL_API_OPERATIONS_LISTEN"] {
		return report{}
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", d.operationsListen)
	if err != nil {
		return report{Faults: []*finding{aboutSetting(codeListen, "EXTERNAL_API_OPERATIONS_LISTEN", err.Error())}}
	}
	_ = listener.Close()
	return report{}
}

// servesAt is whether this program answers at an address to listen on: it gives back the id of a request, and is live.
func servesAt(ctx context.Context, address string) bool {
	host, port, _ := net.SplitHostPort(address)
	if host == "" {
		host = "localhost"
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/__lbheartbeat__", nil)
	if err != nil {
		return false
	}
	id := uuid.NewString()
	request.Header.Set("X-Request-Id", id)
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request) // and no proxy
	if err != nil {
		return false
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(http.MaxBytesReader(nil, response.Body, 1<<10))
	return err == nil && response.Header.Get("X-Request-Id") == id && string(body) == `{"status":"ok"}`+"\n"
}

func (d dependencies) checkRedis(ctx context.Context) report {
	if d.rateLimits == nil || d.limits.RedisURL == "" {
		return report{}
	}
	options := d.limits
	options.Log = d.log
	return faulted(codeRedis, "REDIS_URL", "Redis: ", ratelimit.Ping(ctx, options, checkTimeout))
}

func (d dependencies) checkLiveKit(ctx context.Context) report {
	if d.livekitClient == nil || d.faulty["LIVEKIT_API_KEY"] || d.faulty["LIVEKIT_API_SECRET"] {
		return report{}
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	err := d.livekitClient.Check(ctx)
	if errors.Is(err, livekit.ErrCredentials) {
		return faulted(codeLiveKitKey, "LIVEKIT_API_KEY", "LiveKit: ", err)
	}
	return faulted(codeLiveKit, "LIVEKIT_API_URL", "LiveKit: ", err)
}

func (d dependencies) checkProvider(ctx context.Context) report {
	if d.introspector == nil {
		return report{}
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	err := d.introspector.Check(ctx)
	if errors.Is(err, introspection.ErrCredentials) {
		return faulted(codeCredentials, "OIDC_RS_CLIENT_SECRET", "OpenID provider: ", err)
	}
	return faulted(codeProvider, "OIDC_OP_INTROSPECTION_ENDPOINT", "OpenID provider: ", err)
}

func (d dependencies) checkProviderKeys(ctx context.Context) report {
	if d.introspector == nil {
		return report{}
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	return faulted(codeKeys, "OIDC_OP_JWKS_ENDPOINT", "keys of the OpenID provider: ", d.introspector.CheckKeys(ctx))
}
