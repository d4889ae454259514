// Made from openapi.yaml by openapi-generator (see generate); not to be edited.

package io.github.suitenumerique.meet;

import io.github.suitenumerique.meet.model.*;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The requests of the operations under Rooms. */
@javax.annotation.processing.Generated("org.openapitools.codegen.languages.JavaClientCodegen")
final class RoomsApi {
  private RoomsApi() {}

  /** Create a room. */
  static Call<Room> createRoom(@Nullable String idempotencyKey, @Nullable RoomCreate roomCreate) {
    return new Call<>("createRoom", "POST", "/rooms/", Room.class)
        .header("Idempotency-Key", idempotencyKey)
        .body(roomCreate);
  }

  /** Delete a room. */
  static Call<Void> deleteRoom(String id, @Nullable String ifMatch) {
    return new Call<>("deleteRoom", "DELETE", "/rooms/{id}/", Void.class)
        .path("id", id)
        .header("If-Match", ifMatch);
  }

  /** Give another user a role in a room. */
  static Call<GrantedAccess> grantAccess(String id, AccessGrant accessGrant) {
    return new Call<>("grantAccess", "POST", "/rooms/{id}/grant-access/", GrantedAccess.class)
        .path("id", id)
        .body(accessGrant);
  }

  /** List rooms. */
  static Call<RoomList> listRooms(@Nullable Integer page, @Nullable Integer pageSize, @Nullable String cursor, @Nullable String slug, @Nullable List<RoomAccessLevel> accessLevel, @Nullable List<RoomRole> role, @Nullable OffsetDateTime createdAfter, @Nullable OffsetDateTime createdBefore, @Nullable RoomCreator createdBy) {
    return new Call<>("listRooms", "GET", "/rooms/", RoomList.class)
        .query("page", page)
        .query("page_size", pageSize)
        .query("cursor", cursor)
        .query("slug", slug)
        .query("access_level", accessLevel)
        .query("role", role)
        .query("created_after", createdAfter)
        .query("created_before", createdBefore)
        .query("created_by", createdBy);
  }

  /** Read a room. */
  static Call<Room> retrieveRoom(String id, @Nullable String ifNoneMatch) {
    return new Call<>("retrieveRoom", "GET", "/rooms/{id}/", Room.class)
        .path("id", id)
        .header("If-None-Match", ifNoneMatch);
  }

  /** Change a room. */
  static Call<Room> updateRoom(String id, @Nullable String ifMatch, @Nullable RoomUpdate roomUpdate) {
    return new Call<>("updateRoom", "PATCH", "/rooms/{id}/", Room.class)
        .path("id", id)
        .header("If-Match", ifMatch)
        .body(roomUpdate);
  }
}
