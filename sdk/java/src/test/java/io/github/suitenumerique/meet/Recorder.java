package io.github.suitenumerique.meet;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The platform's client, which writes down what is sent through it. */
final class Recorder extends HttpClient {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final List<HttpRequest> sent = new CopyOnWriteArrayList<>();
  private volatile Consumer<HttpRequest> before = request -> {};

  /** Does this in the thread that sends, before each request. */
  void before(Consumer<HttpRequest> action) {
    before = action;
  }

  List<HttpRequest> tokenRequests() {
    return sent.stream().filter(Recorder::isForToken).toList();
  }

  List<HttpRequest> others() {
    return sent.stream().filter(request -> !isForToken(request)).toList();
  }

  static boolean isForToken(HttpRequest request) {
    return request.uri().getPath().endsWith("/application/token/");
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
    sent.add(request);
    before.accept(request);
    return HTTP.sendAsync(request, handler);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) throws IOException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return HTTP.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return HTTP.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return HTTP.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return HTTP.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return HTTP.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return HTTP.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return HTTP.authenticator();
  }

  @Override
  public Version version() {
    return HTTP.version();
  }

  @Override
  public Optional<Executor> executor() {
    return HTTP.executor();
  }
}
