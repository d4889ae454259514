package io.github.suitenumerique.meet;

import java.net.http.HttpHeaders;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the server answered, with what stands in its headers. */
public final class Answer<T> {
  private final int status;
  private final HttpHeaders headers;
  private final @Nullable T value;

  Answer(int status, HttpHeaders headers, @Nullable T value) {
    this.status = status;
    this.headers = headers;
    this.value = value;
  }

  /** The status: 201 for a room that was created, 304 for one that has not changed. */
  public int status() {
    return status;
  }

  /**
   * What was asked for.
   *
   * @throws NoSuchElementException where the answer has no body: {@link #isNotModified}
   */
  public T value() {
    if (value == null) {
      throw new NoSuchElementException("The answer " + status + " has no body.");
    }
    return value;
  }

  /** Whether the room still has the {@code ETag} that was sent, and is not in the answer. */
  public boolean isNotModified() {
    return status == 304;
  }

  /** The {@code ETag} of the room, to send back when it is read, changed or deleted. */
  public Optional<String> etag() {
    return header("ETag");
  }

  /** The id under which the server's log has the request. */
  public Optional<String> requestId() {
    return header("X-Request-Id");
  }

  /** Whether this is the first answer to the same {@code Idempotency-Key} again. */
  public boolean isReplayed() {
    return header("Idempotent-Replayed").isPresent();
  }

  /** The first header of this name. */
  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }
}
