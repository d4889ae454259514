package io.github.suitenumerique.meet;

/** 412: the room is not as the {@code ETag} has it; also where an attempt whose answer was lost has made the change. Read it again. */
public final class RoomChangedException extends MeetException {
  private static final long serialVersionUID = 1L;

  RoomChangedException(Failure failure) {
    super(failure);
  }
}
