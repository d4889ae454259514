package io.github.suitenumerique.meet;

/** 409: what is there does not allow it. */
public final class ConflictException extends MeetException {
  private static final long serialVersionUID = 1L;

  ConflictException(Failure failure) {
    super(failure);
  }
}
