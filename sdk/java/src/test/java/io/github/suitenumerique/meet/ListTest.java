package io.github.suitenumerique.meet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.suitenumerique.meet.model.Room;
import io.github.suitenumerique.meet.model.RoomAccessLevel;
import io.github.suitenumerique.meet.model.RoomCreate;
import io.github.suitenumerique.meet.model.RoomList;
import io.github.suitenumerique.meet.model.RoomRole;
import java.net.http.HttpRequest;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListTest {
  private final Server server = new Server();
  private final MeetUser user = server.user();
  private OffsetDateTime start;
  private Set<UUID> made;

  @BeforeEach
  void makeRooms() {
    start = OffsetDateTime.now();
    made = Stream.generate(() -> user.createRoom(new RoomCreate().accessLevel(RoomAccessLevel.RESTRICTED)).getId()).limit(5)
        .collect(Collectors.toSet());
  }

  @AfterEach
  void deleteRooms() {
    made.forEach(id -> user.deleteRoom(id.toString()));
  }

  private List<HttpRequest> pages() {
    return server.requests.others().stream().filter(request -> request.method().equals("GET")).toList();
  }

  @Test
  void allPagesAreWalked() {
    List<UUID> found = user.rooms(new RoomFilter().createdAfter(start).pageSize(2)).map(Room::getId).toList();

    assertEquals(5, found.size());
    assertEquals(made, Set.copyOf(found));
    assertEquals(3, pages().size());
  }

  @Test
  void aPageIsReadWhenItsFirstRoomIs() {
    Stream<Room> rooms = user.rooms(new RoomFilter().pageSize(2));
    assertEquals(0, pages().size());
    assertEquals(2, rooms.limit(2).count());
    assertEquals(1, pages().size());
  }

  @Test
  void filters() {
    // The text of a whole hour has no seconds.
    OffsetDateTime now = OffsetDateTime.now().truncatedTo(ChronoUnit.HOURS);
    Room one = user.retrieveRoom(made.iterator().next().toString());
    assertEquals(List.of(one), user.rooms(new RoomFilter().slug(one.getSlug())).toList());
    assertTrue(user.rooms(new RoomFilter().accessLevel(RoomAccessLevel.RESTRICTED, RoomAccessLevel.TRUSTED).role(RoomRole.OWNER)
        .createdByMe().createdAfter(now.minusDays(1)).createdBefore(now.plusDays(1))).map(Room::getId).toList().containsAll(made));
    assertEquals(0, user.rooms(new RoomFilter().createdAfter(now.plusDays(1))).count());
  }

  @Test
  void pagesByNumber() {
    RoomList second = user.listRooms(new RoomFilter().pageSize(2), 2);
    assertEquals(2, second.getResults().size());
    assertTrue(second.getCount() >= 5, second.toString());
  }
}
