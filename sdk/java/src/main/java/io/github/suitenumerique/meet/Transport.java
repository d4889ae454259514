package io.github.suitenumerique.meet;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullableModule;

/** Sends calls, again where that may help, and reads answers. */
final class Transport {
  private static final int ATTEMPTS = 4;
  private static final long FIRST_WAIT_MILLISECONDS = 250;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final String USER_AGENT = "meet-external-api-java";
  private static final ObjectMapper JSON = JsonMapper.builder()
      .addModule(new JavaTimeModule())
      .addModule(new JsonNullableModule())
      .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
      .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .build();

  private final String url;
  private final HttpClient http;
  private final Duration timeout;
  private final Sleeper sleeper;

  Transport(String url, HttpClient http, Duration timeout, Sleeper sleeper) {
    this.url = url;
    this.http = http;
    this.timeout = timeout;
    this.sleeper = sleeper;
  }

  /** Sends a call with these headers beside its own, and a token where there is a source of them. */
  <T> Answer<T> send(Call<T> call, Map<String, String> headers, @Nullable TokenSource tokens) {
    Map<String, String> sent = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    sent.put("X-Request-Id", UUID.randomUUID().toString());
    sent.putAll(headers);
    String requestId = sent.get("X-Request-Id");
    boolean renewed = false;
    boolean unanswered = false;
    for (int attempt = 1; ; attempt++) {
      Duration wait = randomWait(attempt);
      MeetException failed;
      String token = tokens == null ? null : tokens.get();
      try {
        HttpResponse<byte[]> response = exchange(call, sent, token);
        int status = response.statusCode();
        if (status / 100 == 2 || status == 304) {
          return new Answer<>(status, response.headers(), read(call, response, requestId));
        }
        if (status == 404 && unanswered && call.isDeletion()) {
          return new Answer<>(204, response.headers(), null);
        }
        if (status == 401 && tokens != null && !renewed) {
          tokens.discard(token);
          renewed = true;
          attempt--;
          continue;
        }
        Failure failure = Failure.of(call.operation, response, requestId, JSON);
        failed = failure.exception();
        if (!failure.isPassing(call)) {
          throw failed;
        }
        if (failure.retryAfter() != null) {
          wait = failure.retryAfter();
        }
      } catch (IOException | TimeoutException noAnswer) {
        unanswered = true;
        failed = new NoAnswerException(call.operation, requestId, noAnswer);
      } catch (InterruptedException interrupted) {
        throw interrupted(call, requestId, interrupted);
      }
      if (attempt == ATTEMPTS || wait.compareTo(LONGEST_WAIT) > 0) {
        throw failed;
      }
      try {
        sleeper.sleep(wait);
      } catch (InterruptedException interrupted) {
        throw interrupted(call, requestId, interrupted);
      }
    }
  }

  /** One attempt. The time is that for the whole answer, which HttpRequest.timeout does not limit. */
  private HttpResponse<byte[]> exchange(Call<?> call, Map<String, String> headers, @Nullable String token)
      throws IOException, InterruptedException, TimeoutException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + call.target())).setHeader("User-Agent", USER_AGENT)
        .setHeader("Accept", "application/json");
    headers.forEach(request::setHeader);
    call.headers.forEach(request::setHeader);
    if (token != null) {
      request.setHeader("Authorization", "Bearer " + token);
    }
    BodyPublisher body = BodyPublishers.noBody();
    if (call.body != null) {
      request.setHeader("Content-Type", "application/json");
      body = BodyPublishers.ofByteArray(JSON.writeValueAsBytes(call.body));
    }
    CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(request.method(call.method, body).build(), BodyHandlers.ofByteArray());
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException(failed.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private static <T> @Nullable T read(Call<T> call, HttpResponse<byte[]> response, String requestId) {
    if (response.body().length == 0 || call.answer == Void.class) {
      return null;
    }
    try {
      return JSON.readValue(response.body(), call.answer);
    } catch (IOException notAsSpecified) {
      MeetException failed = new MeetException(Failure.of(call.operation, response, requestId, JSON));
      failed.initCause(notAsSpecified);
      throw failed;
    }
  }

  /** A random part of 0.25 s after the first attempt, and of twice as much after each further one. */
  private static Duration randomWait(int attempt) {
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(FIRST_WAIT_MILLISECONDS << attempt - 1));
  }

  private static NoAnswerException interrupted(Call<?> call, String requestId, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new NoAnswerException(call.operation, requestId, cause);
  }
}
