package io.github.suitenumerique.meet;

import io.github.suitenumerique.meet.model.AccessGrant;
import io.github.suitenumerique.meet.model.GrantedAccess;
import io.github.suitenumerique.meet.model.Room;
import io.github.suitenumerique.meet.model.RoomAccess;
import io.github.suitenumerique.meet.model.RoomCreate;
import io.github.suitenumerique.meet.model.RoomList;
import io.github.suitenumerique.meet.model.RoomUpdate;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A user whom the application acts for: {@link MeetClient#user}. A room is named by its id or its slug. */
public final class MeetUser {
  private final Transport transport;
  private final Supplier<TokenSource> tokens;
  private final String email;
  private final Map<String, String> headers;

  MeetUser(Transport transport, Supplier<TokenSource> tokens, String email, Map<String, String> headers) {
    this.transport = transport;
    this.tokens = tokens;
    this.email = email;
    this.headers = headers;
  }

  /** The same user, each of whose operations sends this header too, such as an {@code X-Request-Id} of your own. */
  public MeetUser withHeader(String name, String value) {
    Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    more.putAll(headers);
    more.put(name, Call.sendable(name, value));
    return new MeetUser(transport, tokens, email, more);
  }

  /** Creates a room with the defaults of the server. */
  public Room createRoom() {
    return createRoom(new RoomCreate());
  }

  /** Creates a room. */
  public Room createRoom(RoomCreate room) {
    return createRoom(room, null);
  }

  /** Creates a room, once for each key that you make up, however often it is repeated within 24 hours; a new UUID where that is null. */
  public Room createRoom(RoomCreate room, @Nullable String idempotencyKey) {
    return createRoomWithAnswer(room, idempotencyKey).value();
  }

  /** The same, with the headers of the answer. */
  public Answer<Room> createRoomWithAnswer(RoomCreate room, @Nullable String idempotencyKey) {
    return send(RoomsApi.createRoom(idempotencyKey == null ? UUID.randomUUID().toString() : idempotencyKey, room));
  }

  /** All rooms of the user, page by page as they are read. */
  public Stream<Room> rooms() {
    return rooms(new RoomFilter());
  }

  /** The rooms of the user that pass the filter, page by page as they are read. */
  public Stream<Room> rooms(RoomFilter filter) {
    RoomIterator rooms = new RoomIterator(cursor -> send(filter.call(null, cursor)).value());
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(rooms, Spliterator.ORDERED | Spliterator.NONNULL), false);
  }

  /** One page of these rooms, by its number from 1, with the count of all. Slow where there are thousands. */
  public RoomList listRooms(RoomFilter filter, int page) {
    return send(filter.call(page, null)).value();
  }

  /** Reads a room. */
  public Room retrieveRoom(String id) {
    return retrieveRoomWithAnswer(id, null).value();
  }

  /** Reads a room, unless it still has this {@code ETag}: then the answer {@link Answer#isNotModified}. */
  public Answer<Room> retrieveRoomWithAnswer(String id, @Nullable String etag) {
    return send(RoomsApi.retrieveRoom(id, etag));
  }

  /** Changes what the update names. */
  public Room updateRoom(String id, RoomUpdate update) {
    return updateRoomWithAnswer(id, update, null).value();
  }

  /** Changes a room that has this {@code ETag}; another one is left alone, by a {@link RoomChangedException}. */
  public Answer<Room> updateRoomWithAnswer(String id, RoomUpdate update, @Nullable String etag) {
    return send(RoomsApi.updateRoom(id, etag, update));
  }

  /** Deletes a room, and ends the meeting in it. */
  public void deleteRoom(String id) {
    deleteRoom(id, null);
  }

  /** Deletes a room that has this {@code ETag}; another one is left alone, by a {@link RoomChangedException}. */
  public void deleteRoom(String id, @Nullable String etag) {
    send(RoomsApi.deleteRoom(id, etag));
  }

  /** Gives another user a role in a room. */
  public GrantedAccess grantAccess(String id, AccessGrant grant) {
    return send(RoomsApi.grantAccess(id, grant)).value();
  }

  /** Everybody who has a role in a room, the first one first. */
  public List<RoomAccess> listAccesses(String id) {
    return send(AccessesApi.listAccesses(id)).value().getResults();
  }

  /** Takes a role in a room away, by the id that it has in {@link #listAccesses}. */
  public void removeAccess(String id, UUID accessId) {
    send(AccessesApi.removeAccess(id, accessId));
  }

  @Override
  public String toString() {
    return "MeetUser[" + email + "]";
  }

  private <T> Answer<T> send(Call<T> call) {
    return transport.send(call, headers, tokens.get());
  }
}
