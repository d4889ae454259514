package io.github.suitenumerique.meet;

/** 429, after all attempts: too many requests. {@link #retryAfter} says how long to wait. */
public final class ThrottledException extends MeetException {
  private static final long serialVersionUID = 1L;

  ThrottledException(Failure failure) {
    super(failure);
  }
}
