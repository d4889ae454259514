package io.github.suitenumerique.meet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.suitenumerique.meet.model.AccessGrant;
import io.github.suitenumerique.meet.model.Room;
import io.github.suitenumerique.meet.model.RoomCreate;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What a sandbox does on request, and what the client makes of it. */
class RetriesTest {
  private final Server server = new Server();

  private int attempts() {
    return server.requests.others().size();
  }

  private List<String> keys() {
    return server.requests.others().stream().map(HttpRequest::headers).map(headers -> headers.firstValue("Idempotency-Key").orElseThrow())
        .toList();
  }

  @Test
  void unavailableForAWhile() {
    server.userWhoGets("503;on=createRoom;seconds=3, 429;on=createRoom;seconds=7").createRoom();
    assertEquals(List.of(Duration.ofSeconds(3), Duration.ofSeconds(7)), server.waits);
    assertEquals(3, attempts());
  }

  @Test
  void tokensToo() {
    server.userWhoGets("503;on=generateToken, cut;on=generateToken").createRoom();
    assertEquals(3, server.requests.tokenRequests().size());
    assertEquals(1, attempts());
  }

  @Test
  void whatWasCutIsDoneOnce() {
    Answer<Room> room = server.userWhoGets("cut;on=createRoom").createRoomWithAnswer(new RoomCreate(), UUID.randomUUID().toString());
    assertEquals(201, room.status());
    assertTrue(!room.isReplayed());
    assertEquals(2, attempts());
  }

  @Test
  void aLostCreationMakesOneRoom() {
    String key = UUID.randomUUID().toString();
    Answer<Room> room = server.userWhoGets("lost;on=createRoom").createRoomWithAnswer(new RoomCreate(), key);
    assertTrue(room.isReplayed());
    assertEquals(List.of(key, key), keys());
  }

  @Test
  void aKeyIsMadeUpForEachCreation() {
    MeetUser user = server.userWhoGets("lost;on=createRoom");
    UUID first = user.createRoom().getId();
    UUID second = user.createRoom(new RoomCreate(), null).getId();
    assertTrue(!first.equals(second));
    assertEquals(keys().get(0), keys().get(1));
    assertTrue(!keys().get(1).equals(keys().get(2)));
  }

  @Test
  void aLostDeletionIsDone() {
    MeetUser user = server.userWhoGets("lost;on=deleteRoom, lost;on=removeAccess");
    String id = user.createRoom().getId().toString();
    user.grantAccess(id, new AccessGrant().email(Server.COLLEAGUE));
    user.removeAccess(id, user.listAccesses(id).get(1).getId());
    user.deleteRoom(id);
    assertThrows(RoomNotFoundException.class, () -> user.deleteRoom(id));
  }

  @Test
  void waitsAreRandomAndGrow() {
    assertThrows(NoAnswerException.class, () -> server.userWhoAlwaysGets("cut;on=createRoom").createRoom());
    assertEquals(4, attempts());
    assertEquals(3, server.waits.size());
    for (int n = 0; n < 3; n++) {
      Duration longest = Duration.ofMillis(250L << n);
      assertTrue(server.waits.get(n).compareTo(longest) < 0, server.waits.toString());
    }
  }

  @Test
  void aLongWaitIsLeftToTheCaller() {
    assertThrows(UnavailableException.class, () -> server.userWhoAlwaysGets("503;on=createRoom;seconds=31").createRoom());
    assertEquals(1, attempts());
  }

  @Test
  void aFaultOfTheServerIsNotRepeated() {
    assertThrows(ServerFaultException.class, () -> server.userWhoAlwaysGets("500;on=createRoom").createRoom());
    assertEquals(1, attempts());
  }

  @Test
  void onlyACreationIsRepeatedAfterAConflict() {
    server.userWhoGets("409;on=createRoom").createRoom();
    assertEquals(2, attempts());

    Server other = new Server();
    MeetUser user = other.userWhoGets("409;on=grantAccess");
    String id = user.createRoom().getId().toString();
    assertThrows(ConflictException.class, () -> user.grantAccess(id, new AccessGrant().email(Server.COLLEAGUE)));
    assertEquals(2, other.requests.others().size());
  }

  @Test
  void whatTakesTooLongIsNoAnswer() {
    MeetUser user = server.builder().timeout(Duration.ofMillis(300)).header("Sandbox-Fault", "slow;on=retrieveRoom;seconds=60").build()
        .user(Server.USER);
    String id = user.createRoom().getId().toString();
    NoAnswerException failed = assertThrows(NoAnswerException.class, () -> user.retrieveRoom(id));
    assertInstanceOf(TimeoutException.class, failed.getCause());
    assertEquals(5, attempts());
  }

  /** Without a sleeper of the test. */
  @Test
  void theWaitOfTheServerPasses() {
    MeetUser user = MeetClient.builder(Server.env("MEET_URL"), Server.env("CLIENT_ID"), Server.env("CLIENT_SECRET"))
        .header("Sandbox-Fault", "503;on=createRoom;seconds=1").header("Sandbox-Run", UUID.randomUUID().toString()).build()
        .user(Server.USER);
    long before = System.nanoTime();
    user.createRoom();
    assertTrue(System.nanoTime() - before >= Duration.ofSeconds(1).toNanos());
  }

  @Test
  void anInterruptedThreadStaysInterrupted() {
    MeetUser user = server.user();
    user.createRoom();
    Thread.currentThread().interrupt();
    NoAnswerException failed = assertThrows(NoAnswerException.class, user::createRoom);
    assertTrue(Thread.interrupted());
    assertInstanceOf(InterruptedException.class, failed.getCause());
  }
}
