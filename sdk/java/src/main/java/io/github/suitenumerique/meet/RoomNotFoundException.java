package io.github.suitenumerique.meet;

/** 404: no such room, or none that the user may see. */
public final class RoomNotFoundException extends NotFoundException {
  private static final long serialVersionUID = 1L;

  RoomNotFoundException(Failure failure) {
    super(failure);
  }
}
