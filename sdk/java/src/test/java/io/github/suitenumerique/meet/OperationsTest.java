package io.github.suitenumerique.meet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.suitenumerique.meet.model.AccessGrant;
import io.github.suitenumerique.meet.model.AttendeeStatus;
import io.github.suitenumerique.meet.model.GrantableRole;
import io.github.suitenumerique.meet.model.GrantedAccess;
import io.github.suitenumerique.meet.model.Introspection;
import io.github.suitenumerique.meet.model.Room;
import io.github.suitenumerique.meet.model.RoomAccess;
import io.github.suitenumerique.meet.model.RoomAccessLevel;
import io.github.suitenumerique.meet.model.RoomConfiguration;
import io.github.suitenumerique.meet.model.RoomCreate;
import io.github.suitenumerique.meet.model.RoomRole;
import io.github.suitenumerique.meet.model.RoomUpdate;
import io.github.suitenumerique.meet.model.TokenResponse;
import io.github.suitenumerique.meet.model.TrackSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Each operation, as a stranger would use it. */
class OperationsTest {
  private final Server server = new Server();
  private final MeetClient meet = server.builder().build();
  private final MeetUser user = meet.user(Server.USER);

  private static OffsetDateTime tomorrow() {
    return OffsetDateTime.now(ZoneOffset.UTC).plusDays(1).truncatedTo(ChronoUnit.SECONDS);
  }

  @Test
  void tokens() {
    TokenResponse token = meet.generateToken(Server.USER, "rooms:list");
    assertEquals("rooms:list", token.getScope());
    Introspection known = meet.introspectToken(token.getAccessToken());
    assertTrue(known.getActive());
    assertEquals("rooms:list", known.getScope());

    meet.revokeToken(token.getAccessToken());
    assertFalse(meet.introspectToken(token.getAccessToken()).getActive());
  }

  @Test
  void metadataAndKeys() {
    assertTrue(meet.readMetadata().getTokenEndpoint().toString().endsWith("/external-api/v1.0/application/token/"));
    assertNotNull(meet.readKeys().getKeys());
  }

  @Test
  void lifeOfARoom() {
    OffsetDateTime end = tomorrow();
    Room room = user.createRoom(new RoomCreate().accessLevel(RoomAccessLevel.RESTRICTED).expiresAt(end)
        .configuration(new RoomConfiguration().canPublishSources(Set.of(TrackSource.MICROPHONE)))
        .attendees(List.of(Server.COLLEAGUE)));
    assertEquals(RoomAccessLevel.RESTRICTED, room.getAccessLevel());
    assertEquals(List.of("microphone"), room.getConfiguration().getCanPublishSources());
    assertEquals(end, room.getExpiresAt());
    assertEquals(AttendeeStatus.MEMBER, room.getAttendees().get(0).getStatus());

    String id = room.getId().toString();
    assertEquals(room.getName(), user.retrieveRoom(id).getName());
    assertEquals(room.getId(), user.retrieveRoom(room.getSlug()).getId());

    user.deleteRoom(id);
    assertThrows(RoomNotFoundException.class, () -> user.retrieveRoom(id));
  }

  @Test
  void withoutABody() {
    Room room = user.createRoom();
    assertEquals(RoomAccessLevel.TRUSTED, room.getAccessLevel());
    user.deleteRoom(room.getId().toString());
  }

  /** What is not set stays as it is: an end is kept by an update of something else, and taken away by a null; so are members. */
  @Test
  void whatIsLeftOutStays() {
    String id = user.createRoom(new RoomCreate().expiresAt(tomorrow()).attendees(List.of(Server.COLLEAGUE))).getId().toString();

    Room restricted = user.updateRoom(id, new RoomUpdate().accessLevel(RoomAccessLevel.RESTRICTED));
    assertEquals(RoomAccessLevel.RESTRICTED, restricted.getAccessLevel());
    assertNotNull(restricted.getExpiresAt());
    assertEquals(2, user.listAccesses(id).size());

    Room endless = user.updateRoom(id, new RoomUpdate().expiresAt(null).attendees(List.of()));
    assertNull(endless.getExpiresAt());
    assertEquals(1, user.listAccesses(id).size());
    user.deleteRoom(id);
  }

  @Test
  void conditions() {
    Answer<Room> created = user.createRoomWithAnswer(new RoomCreate(), UUID.randomUUID().toString());
    assertEquals(201, created.status());
    String id = created.value().getId().toString();
    String etag = created.etag().orElseThrow();

    Answer<Room> same = user.retrieveRoomWithAnswer(id, etag);
    assertTrue(same.isNotModified());
    assertThrows(java.util.NoSuchElementException.class, same::value);

    Answer<Room> changed = user.updateRoomWithAnswer(id, new RoomUpdate().accessLevel(RoomAccessLevel.RESTRICTED), etag);
    assertFalse(user.retrieveRoomWithAnswer(id, etag).isNotModified());
    user.deleteRoom(id, changed.etag().orElseThrow());
  }

  @Test
  void accesses() {
    String id = user.createRoom().getId().toString();
    GrantedAccess granted = user.grantAccess(id, new AccessGrant().email(Server.COLLEAGUE).role(GrantableRole.MEMBER));
    assertTrue(granted.getCreated());
    assertEquals(RoomRole.MEMBER, granted.getRole());
    assertFalse(user.grantAccess(id, new AccessGrant().email(Server.COLLEAGUE).role(GrantableRole.MEMBER)).getCreated());

    RoomAccess colleague = user.listAccesses(id).get(1);
    assertEquals(Server.COLLEAGUE, colleague.getEmail());
    user.removeAccess(id, colleague.getId());
    assertEquals(List.of(RoomRole.OWNER), user.listAccesses(id).stream().map(RoomAccess::getRole).toList());
    user.deleteRoom(id);
  }

  @Test
  void headersOfTheCaller() {
    Answer<Room> room = user.withHeader("X-Request-Id", "booking-4711")
        .createRoomWithAnswer(new RoomCreate(), UUID.randomUUID().toString());
    assertEquals("booking-4711", room.requestId().orElseThrow());
    user.deleteRoom(room.value().getId().toString());
  }
}
