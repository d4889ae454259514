package io.github.suitenumerique.meet;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the server refused, or did not answer. Each kind that this API has is a type of its own; any other is this one. */
public class MeetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String detail;
  private final Map<String, List<String>> fields;
  private final String requestId;
  private final @Nullable Duration retryAfter;

  MeetException(Failure failure) {
    super(failure.message());
    status = failure.status();
    detail = failure.detail();
    fields = failure.fields();
    requestId = failure.requestId();
    retryAfter = failure.retryAfter();
  }

  /** The status of the answer, 0 without one. */
  public int status() {
    return status;
  }

  /** What is wrong, for people; empty where {@link #fields} says it. */
  public String detail() {
    return detail;
  }

  /** What is wrong, by field: {@code access_level}, or {@code attendees.0} for the first of them. */
  public Map<String, List<String>> fields() {
    return fields;
  }

  /** The id under which the server's log has the request, to quote to the operator. */
  public String requestId() {
    return requestId;
  }

  /** How long to wait before the next try, where the server says it. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
