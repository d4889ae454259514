package io.github.suitenumerique.meet;

/** 404: no such access to the room. */
public final class AccessNotFoundException extends NotFoundException {
  private static final long serialVersionUID = 1L;

  AccessNotFoundException(Failure failure) {
    super(failure);
  }
}
