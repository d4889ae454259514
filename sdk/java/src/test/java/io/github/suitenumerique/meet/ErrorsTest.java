package io.github.suitenumerique.meet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.suitenumerique.meet.model.AccessGrant;
import io.github.suitenumerique.meet.model.GrantableRole;
import io.github.suitenumerique.meet.model.RoomAccessLevel;
import io.github.suitenumerique.meet.model.RoomCreate;
import io.github.suitenumerique.meet.model.RoomUpdate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Each type of sdk/README.md, at the answer that it is for. */
class ErrorsTest {
  private final Server server = new Server();
  private final MeetClient meet = server.builder().build();
  private final MeetUser user = meet.user(Server.USER);

  private static <T extends MeetException> T refused(Class<T> type, int status, Executable call) {
    T refused = assertThrowsExactly(type, call);
    assertEquals(status, refused.status());
    assertTrue(refused.getMessage().contains(refused.requestId()), refused.getMessage());
    return refused;
  }

  @Test
  void badRequest() {
    BadRequestException refused = refused(BadRequestException.class, 400,
        () -> user.createRoom(new RoomCreate().accessLevel(RoomAccessLevel.PUBLIC).attendees(List.of("é"))));
    assertEquals(List.of("Enter a valid email address."), refused.fields().get("attendees.0"));

    refused = refused(BadRequestException.class, 400, () -> user.createRoomWithAnswer(new RoomCreate(), "two words"));
    assertEquals(List.of("Only visible ASCII characters are allowed, and no spaces."), refused.fields().get("Idempotency-Key"));
  }

  @Test
  void invalidClient() {
    MeetClient wrong = MeetClient.of(Server.env("MEET_URL"), Server.env("CLIENT_ID"), "wrong");
    assertEquals("Invalid credentials", refused(InvalidClientException.class, 401, () -> wrong.user(Server.USER).createRoom()).detail());
  }

  @Test
  void unauthenticated() {
    refused(UnauthenticatedException.class, 401, () -> server.userWhoAlwaysGets("401;on=createRoom").createRoom());
    assertEquals(2, server.requests.others().size());
  }

  @Test
  void insufficientScope() {
    InsufficientScopeException refused = refused(InsufficientScopeException.class, 403,
        () -> server.limited().user(Server.USER).createRoom());
    assertEquals("rooms:create", refused.scope());
    assertInstanceOf(ForbiddenException.class, refused);
  }

  @Test
  void domainNotAllowed() {
    DomainNotAllowedException refused = refused(DomainNotAllowedException.class, 403,
        () -> server.limited().user("user@example.org").rooms().count());
    assertInstanceOf(ForbiddenException.class, refused);
  }

  @Test
  void roleInTheRoom() {
    String id = user.createRoom().getId().toString();
    user.grantAccess(id, new AccessGrant().email(Server.COLLEAGUE).role(GrantableRole.MEMBER));
    refused(ForbiddenException.class, 403, () -> meet.user(Server.COLLEAGUE).deleteRoom(id));

    UUID owner = user.listAccesses(id).get(0).getId();
    refused(ConflictException.class, 409, () -> user.removeAccess(id, owner));
    AccessNotFoundException refused = refused(AccessNotFoundException.class, 404, () -> user.removeAccess(id, UUID.randomUUID()));
    assertInstanceOf(NotFoundException.class, refused);
    user.deleteRoom(id);
  }

  @Test
  void userNotFound() {
    UserNotFoundException refused = refused(UserNotFoundException.class, 404, () -> meet.user("nobody@example.com").createRoom());
    assertInstanceOf(NotFoundException.class, refused);

    String id = user.createRoom().getId().toString();
    refused(UserNotFoundException.class, 404, () -> user.grantAccess(id, new AccessGrant().email("nobody@example.com")));
    user.deleteRoom(id);
  }

  @Test
  void roomNotFound() {
    String id = UUID.randomUUID().toString();
    assertInstanceOf(NotFoundException.class, refused(RoomNotFoundException.class, 404, () -> user.retrieveRoom(id)));
    refused(RoomNotFoundException.class, 404, () -> user.updateRoom(id, new RoomUpdate()));
    refused(RoomNotFoundException.class, 404, () -> user.deleteRoom(id));
    refused(RoomNotFoundException.class, 404, () -> user.grantAccess(id, new AccessGrant().email(Server.COLLEAGUE)));
    refused(RoomNotFoundException.class, 404, () -> user.listAccesses(id));
    refused(RoomNotFoundException.class, 404, () -> user.removeAccess(id, UUID.randomUUID()));
  }

  @Test
  void aPageAfterTheLast() {
    refused(NotFoundException.class, 404, () -> user.listRooms(new RoomFilter(), 1_000_000));
  }

  @Test
  void roomChanged() {
    String id = user.createRoom().getId().toString();
    String etag = user.retrieveRoomWithAnswer(id, null).etag().orElseThrow();
    user.updateRoom(id, new RoomUpdate().accessLevel(RoomAccessLevel.RESTRICTED));
    refused(RoomChangedException.class, 412, () -> user.updateRoomWithAnswer(id, new RoomUpdate(), etag));
    refused(RoomChangedException.class, 412, () -> user.deleteRoom(id, etag));
    user.deleteRoom(id);
  }

  @Test
  void idempotencyKeyReused() {
    String key = UUID.randomUUID().toString();
    String id = user.createRoomWithAnswer(new RoomCreate(), key).value().getId().toString();
    RoomCreate other = new RoomCreate().accessLevel(RoomAccessLevel.RESTRICTED);
    refused(IdempotencyKeyReusedException.class, 422, () -> user.createRoomWithAnswer(other, key));
    user.deleteRoom(id);
  }

  @Test
  void throttled() {
    ThrottledException refused = refused(ThrottledException.class, 429,
        () -> server.userWhoAlwaysGets("429;on=listRooms;seconds=2").rooms().count());
    assertEquals(Duration.ofSeconds(2), refused.retryAfter().orElseThrow());
  }

  @Test
  void serverFault() {
    refused(ServerFaultException.class, 500, () -> server.userWhoAlwaysGets("500;on=createRoom").createRoom());
  }

  @Test
  void unavailable() {
    refused(UnavailableException.class, 503, () -> server.userWhoAlwaysGets("503;on=createRoom").createRoom());
  }

  @Test
  void noAnswer() {
    NoAnswerException failed = assertThrowsExactly(NoAnswerException.class,
        () -> server.userWhoAlwaysGets("cut;on=createRoom").createRoom());
    assertEquals(0, failed.status());
    assertInstanceOf(java.io.IOException.class, failed.getCause());
    Set<String> ids = server.requests.others().stream().map(request -> request.headers().firstValue("X-Request-Id").orElseThrow())
        .collect(Collectors.toSet());
    assertEquals(Set.of(failed.requestId()), ids);
  }

  @Test
  void whatIsRefusedUnsent() {
    for (String id : List.of("", ".", "..")) {
      assertThrowsExactly(IllegalArgumentException.class, () -> user.deleteRoom(id));
    }
    assertThrowsExactly(IllegalArgumentException.class, () -> user.createRoom(new RoomCreate(), "réunion"));
    assertThrowsExactly(IllegalArgumentException.class, () -> user.withHeader("X-Request-Id", "réunion"));
    for (String url : List.of("", "meet.example.org", "ftp://meet.example.org", "https://")) {
      assertThrowsExactly(IllegalArgumentException.class, () -> MeetClient.of(url, "id", "secret"));
    }
    HttpClient following = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    assertThrowsExactly(IllegalArgumentException.class, () -> server.builder().httpClient(following));
    assertEquals(List.of(), server.requests.tokenRequests());
  }

  /** A page of a proxy's may repeat what was sent. */
  @Test
  void anAnswerOfSomethingElse() throws IOException {
    HttpServer proxy = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    proxy.createContext("/", exchange -> {
      byte[] page = exchange.getRequestBody().readAllBytes();
      String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(OffsetDateTime.now(ZoneOffset.UTC).plusMinutes(1));
      exchange.getResponseHeaders().add("Retry-After", date);
      exchange.sendResponseHeaders(502, page.length);
      exchange.getResponseBody().write(page);
      exchange.close();
    });
    proxy.start();
    try {
      MeetClient behind = MeetClient.of("http://127.0.0.1:" + proxy.getAddress().getPort(), "id", "a-secret");
      UnavailableException refused = refused(UnavailableException.class, 502, () -> behind.generateToken(Server.USER));
      assertFalse(refused.getMessage().contains("a-secret"), refused.getMessage());
      assertTrue(refused.retryAfter().orElseThrow().compareTo(Duration.ofSeconds(30)) > 0);
    } finally {
      proxy.stop(0);
    }
  }

  @Test
  void anyOther() {
    RoomCreate large = new RoomCreate().attendees(Collections.nCopies(100, "x".repeat(1000)));
    assertEquals("Request body is larger than 65536 bytes.", refused(MeetException.class, 413, () -> user.createRoom(large)).detail());
  }
}
