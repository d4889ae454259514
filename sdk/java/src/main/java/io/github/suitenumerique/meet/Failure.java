package io.github.suitenumerique.meet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An answer that refuses, read once, and the exception that it is. */
record Failure(String operation, int status, String detail, Map<String, List<String>> fields, boolean isAboutUser,
    @Nullable String missingScope, String requestId, @Nullable Duration retryAfter) {

  private static final Pattern SCOPE = Pattern.compile("error=\"insufficient_scope\".*scope=\"([^\"]*)\"");
  private static final Pattern SECONDS = Pattern.compile("[0-9]+");

  static Failure noAnswer(String operation, String requestId, Exception cause) {
    return new Failure(operation, 0, "No answer: " + cause + ".", Map.of(), false, null, requestId, null);
  }

  /** What an answer says. What is not as openapi.yaml has it, such as a proxy's, is left out: it may repeat a secret. */
  static Failure of(String operation, HttpResponse<byte[]> response, String requestId, ObjectMapper json) {
    JsonNode body = null;
    try {
      body = json.readTree(response.body());
    } catch (IOException notJson) {
      // As where it is no object.
    }
    if (body == null || !body.isObject()) {
      body = json.createObjectNode().put("detail", "The answer is not one of the API.");
    }
    Map<String, List<String>> fields = new LinkedHashMap<>();
    body.properties().forEach(member -> collect(member.getKey(), member.getValue(), fields));
    HttpHeaders headers = response.headers();
    Matcher scope = SCOPE.matcher(headers.firstValue("WWW-Authenticate").orElse(""));
    return new Failure(operation, response.statusCode(), body.path("detail").asText(), fields,
        body.path("error").asText().equals("invalid_scope"), scope.find() ? scope.group(1) : null,
        headers.firstValue("X-Request-Id").orElse(requestId), retryAfter(headers));
  }

  /** The lists of messages in an error: those of an element of a list have its index behind a dot. */
  private static void collect(String name, JsonNode value, Map<String, List<String>> fields) {
    if (value.isObject()) {
      value.properties().forEach(member -> collect(name + "." + member.getKey(), member.getValue(), fields));
    } else if (value.isArray()) {
      List<String> messages = new ArrayList<>();
      value.forEach(message -> messages.add(message.asText()));
      fields.put(name, List.copyOf(messages));
    }
  }

  /** How long Retry-After says to wait, in seconds or until a date (RFC 9110, section 10.2.3). */
  private static @Nullable Duration retryAfter(HttpHeaders headers) {
    String value = headers.firstValue("Retry-After").orElse("");
    if (SECONDS.matcher(value).matches()) {
      // More is as good as a day.
      return Duration.ofSeconds(value.length() > 5 ? 86_400 : Long.parseLong(value));
    }
    try {
      Duration wait = Duration.between(Instant.now(), Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value)));
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException none) {
      return null;
    }
  }

  String message() {
    StringBuilder text = new StringBuilder(operation).append(": ");
    if (status != 0) {
      text.append(status).append(' ');
    }
    text.append(detail.isEmpty() ? fields.toString() : detail);
    return text.append(" (request id ").append(requestId).append(')').toString();
  }

  /** Whether another attempt may end otherwise. */
  boolean isPassing(Call<?> call) {
    return status == 429 || status == 502 || status == 503 || status == 504 || status == 409 && call.isCreation();
  }

  MeetException exception() {
    boolean withCredentials = switch (operation) {
      case "generateToken", "introspectToken", "revokeToken" -> true;
      default -> false;
    };
    return switch (status) {
      case 400 -> new BadRequestException(this);
      case 401 -> withCredentials ? new InvalidClientException(this) : new UnauthenticatedException(this);
      case 403 -> isAboutUser ? new DomainNotAllowedException(this)
          : missingScope != null ? new InsufficientScopeException(this, missingScope) : new ForbiddenException(this);
      case 404 -> notFound();
      case 409 -> new ConflictException(this);
      case 412 -> new RoomChangedException(this);
      case 422 -> new IdempotencyKeyReusedException(this);
      case 429 -> new ThrottledException(this);
      case 500 -> new ServerFaultException(this);
      case 502, 503, 504 -> new UnavailableException(this);
      default -> new MeetException(this);
    };
  }

  /** What is not there, only the text says, where an operation names several things. */
  private NotFoundException notFound() {
    if (isAboutUser || operation.equals("grantAccess") && detail.startsWith("Delegate user not found")) {
      return new UserNotFoundException(this);
    }
    if (operation.equals("removeAccess") && !detail.startsWith("No Room")) {
      return new AccessNotFoundException(this);
    }
    return switch (operation) {
      case "retrieveRoom", "updateRoom", "deleteRoom", "grantAccess", "listAccesses", "removeAccess" -> new RoomNotFoundException(this);
      default -> new NotFoundException(this);
    };
  }
}
