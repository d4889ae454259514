package io.github.suitenumerique.meet;

import io.github.suitenumerique.meet.model.RoomAccessLevel;
import io.github.suitenumerique.meet.model.RoomCreator;
import io.github.suitenumerique.meet.model.RoomList;
import io.github.suitenumerique.meet.model.RoomRole;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which rooms to list: those that fit all that is set. */
public final class RoomFilter {
  private @Nullable String slug;
  private @Nullable List<RoomAccessLevel> accessLevels;
  private @Nullable List<RoomRole> roles;
  private @Nullable OffsetDateTime createdAfter;
  private @Nullable OffsetDateTime createdBefore;
  private @Nullable RoomCreator createdBy;
  private @Nullable Integer pageSize;

  /** A filter that all rooms pass. */
  public RoomFilter() {}

  /** Only the room with exactly this slug. */
  public RoomFilter slug(String slug) {
    this.slug = slug;
    return this;
  }

  /** Only rooms with one of these access levels. */
  public RoomFilter accessLevel(RoomAccessLevel... levels) {
    accessLevels = List.of(levels);
    return this;
  }

  /** Only rooms in which the user has one of these roles. */
  public RoomFilter role(RoomRole... roles) {
    this.roles = List.of(roles);
    return this;
  }

  /** Only rooms created after this time. */
  public RoomFilter createdAfter(OffsetDateTime time) {
    createdAfter = time;
    return this;
  }

  /** Only rooms created before this time. */
  public RoomFilter createdBefore(OffsetDateTime time) {
    createdBefore = time;
    return this;
  }

  /** Only rooms that this application created for this user. */
  public RoomFilter createdByMe() {
    createdBy = RoomCreator.ME;
    return this;
  }

  /** How many rooms each page has, from 1 to 100. Unless set: 100 where all are walked through, 20 where one page is read. */
  public RoomFilter pageSize(int size) {
    pageSize = size;
    return this;
  }

  /** The request of one page, either by number or by cursor. */
  Call<RoomList> call(@Nullable Integer page, @Nullable String cursor) {
    Integer size = pageSize == null && cursor != null ? Integer.valueOf(100) : pageSize;
    return RoomsApi.listRooms(page, size, cursor, slug, accessLevels, roles, createdAfter, createdBefore, createdBy);
  }
}
