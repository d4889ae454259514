package io.github.suitenumerique.meet;

/** 401: the token is refused, and so is a new one. */
public final class UnauthenticatedException extends MeetException {
  private static final long serialVersionUID = 1L;

  UnauthenticatedException(Failure failure) {
    super(failure);
  }
}
