package io.github.suitenumerique.meet;

import io.github.suitenumerique.meet.model.GrantType;
import io.github.suitenumerique.meet.model.Introspection;
import io.github.suitenumerique.meet.model.KeySet;
import io.github.suitenumerique.meet.model.Metadata;
import io.github.suitenumerique.meet.model.TokenReference;
import io.github.suitenumerique.meet.model.TokenRequest;
import io.github.suitenumerique.meet.model.TokenResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An application at the external API of a Meet instance. Make one and keep it: it holds the tokens of all users, and any number of
 * threads may use it at once.
 *
 * <p>All its methods, and those of its users, throw {@link MeetException}.
 */
public final class MeetClient {
  private final String url;
  private final String clientId;
  private final String clientSecret;
  private final Map<String, String> headers;
  private final Transport transport;
  private final Clock clock;
  private final Map<String, TokenSource> tokens = new ConcurrentHashMap<>();

  private MeetClient(Builder builder) {
    url = builder.url;
    clientId = builder.clientId;
    clientSecret = builder.clientSecret;
    headers = new TreeMap<>(builder.headers);
    HttpClient http = builder.http != null ? builder.http : HttpClient.newHttpClient();
    transport = new Transport(url, http, builder.timeout, builder.sleeper);
    clock = builder.clock;
  }

  /** A client of the API at this address, such as {@code https://meet.example.org/external-api/v1.0}. */
  public static MeetClient of(String url, String clientId, String clientSecret) {
    return builder(url, clientId, clientSecret).build();
  }

  /** A builder, for more than the defaults. */
  public static Builder builder(String url, String clientId, String clientSecret) {
    return new Builder(url, clientId, clientSecret);
  }

  /** The user with this e-mail address, to act for with these scopes, or with all that the application holds. Sends nothing yet. */
  public MeetUser user(String email, String... scopes) {
    String scope = scopeOf(email, scopes);
    // Looked up by each request: what has no token is let go.
    return new MeetUser(transport, () -> tokens.computeIfAbsent(scope, absent -> new TokenSource(() -> {
      tokens.values().removeIf(TokenSource::isSpent);
      return fetchToken(scope);
    }, clock)), email, headers);
  }

  /** Fetches a new token, which is yours to keep. A {@link #user} fetches its own. */
  public TokenResponse generateToken(String email, String... scopes) {
    return fetchToken(scopeOf(email, scopes));
  }

  /** One spelling for each user and set of scopes. */
  private static String scopeOf(String email, String... scopes) {
    return Stream.concat(Stream.of(email), Stream.of(scopes).distinct().sorted()).collect(Collectors.joining(" "));
  }

  private TokenResponse fetchToken(String scope) {
    return send(AuthenticationApi.generateToken(new TokenRequest().clientId(clientId).clientSecret(clientSecret)
        .grantType(GrantType.CLIENT_CREDENTIALS).scope(scope)));
  }

  /** Asks what a token of this application is good for. */
  public Introspection introspectToken(String token) {
    return send(AuthenticationApi.introspectToken(reference(token)));
  }

  /** Revokes a token of this application. */
  public void revokeToken(String token) {
    transport.send(AuthenticationApi.revokeToken(reference(token)), headers, null);
  }

  /** Reads what OAuth libraries need to know. */
  public Metadata readMetadata() {
    return send(AuthenticationApi.readMetadata());
  }

  /** Reads the public keys of tokens. */
  public KeySet readKeys() {
    return send(AuthenticationApi.readKeys());
  }

  @Override
  public String toString() {
    return "MeetClient[" + url + ", " + clientId + "]";
  }

  private <T> T send(Call<T> call) {
    return transport.send(call, headers, null).value();
  }

  private TokenReference reference(String token) {
    return new TokenReference().clientId(clientId).clientSecret(clientSecret).token(token);
  }

  /** What a client is made of. */
  public static final class Builder {
    private static final Pattern URL = Pattern.compile("https?://", Pattern.CASE_INSENSITIVE);

    private final String url;
    private final String clientId;
    private final String clientSecret;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private @Nullable HttpClient http;
    private Duration timeout = Duration.ofSeconds(30);
    private Clock clock = Clock.systemUTC();
    private Sleeper sleeper = duration -> Thread.sleep(duration.toMillis());

    private Builder(String url, String clientId, String clientSecret) {
      if (!URL.matcher(url).lookingAt() || URI.create(url).getHost() == null) {
        throw new IllegalArgumentException("The address of the API is no URL such as https://meet.example.org/external-api/v1.0");
      }
      this.url = url.replaceAll("/+$", "");
      this.clientId = clientId;
      this.clientSecret = clientSecret;
    }

    /** How long an attempt waits for its whole answer: 30 seconds unless set. */
    public Builder timeout(Duration timeout) {
      this.timeout = timeout;
      return this;
    }

    /**
     * Sends the requests, for a proxy, other certificates, or its own threads.
     *
     * @throws IllegalArgumentException where it follows redirects, which would take secrets to where they lead
     */
    public Builder httpClient(HttpClient http) {
      if (http.followRedirects() != HttpClient.Redirect.NEVER) {
        throw new IllegalArgumentException("An HttpClient that follows redirects would send secrets to where they lead");
      }
      this.http = http;
      return this;
    }

    /** A header of all requests, such as {@code Prefer: handling=strict}. */
    public Builder header(String name, String value) {
      headers.put(name, Call.sendable(name, value));
      return this;
    }

    Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    Builder sleeper(Sleeper sleeper) {
      this.sleeper = sleeper;
      return this;
    }

    /** Makes the client. */
    public MeetClient build() {
      return new MeetClient(this);
    }
  }
}
