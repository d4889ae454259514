package io.github.suitenumerique.meet;

/** 502, 503 or 504, after all attempts. */
public final class UnavailableException extends MeetException {
  private static final long serialVersionUID = 1L;

  UnavailableException(Failure failure) {
    super(failure);
  }
}
