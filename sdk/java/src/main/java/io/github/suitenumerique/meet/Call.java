package io.github.suitenumerique.meet;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request of one operation, as the generated classes describe it: what is null is left out. */
final class Call<T> {
  final String operation;
  final String method;
  final Class<T> answer;
  final Map<String, String> headers = new LinkedHashMap<>();
  private final StringBuilder query = new StringBuilder();
  private String path;
  @Nullable Object body;

  Call(String operation, String method, String path, Class<T> answer) {
    this.operation = operation;
    this.method = method;
    this.path = path;
    this.answer = answer;
  }

  /** An identifier that is empty, "." or ".." would make the path that of another operation. */
  Call<T> path(String name, Object value) {
    if (List.of("", ".", "..").contains(value.toString())) {
      throw new IllegalArgumentException(operation + ": an identifier is empty, or a dot");
    }
    path = path.replace("{" + name + "}", encode(value));
    return this;
  }

  Call<T> query(String name, @Nullable Object value) {
    Collection<?> values = value instanceof Collection<?> several ? several : value == null ? List.of() : List.of(value);
    for (Object each : values) {
      query.append(query.isEmpty() ? '?' : '&').append(name).append('=').append(encode(each));
    }
    return this;
  }

  Call<T> header(String name, @Nullable Object value) {
    if (value != null) {
      headers.put(name, sendable(name, value.toString()));
    }
    return this;
  }

  /** The value of a header, which the platform would send with question marks in place of what is not ASCII. */
  static String sendable(String name, String value) {
    if (!value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new IllegalArgumentException(name + ": a value of a header has printable ASCII characters only");
    }
    return value;
  }

  Call<T> body(@Nullable Object value) {
    body = value;
    return this;
  }

  /** The path below the address of the API, with the query. */
  String target() {
    return path + query;
  }

  boolean isCreation() {
    return operation.equals("createRoom");
  }

  boolean isDeletion() {
    return method.equals("DELETE");
  }

  private static String encode(Object value) {
    // The text of a time has no seconds where they are zero, which RFC 3339 does not allow.
    String text = value instanceof OffsetDateTime time ? DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time) : value.toString();
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
