package io.github.suitenumerique.meet;

/** 422: the {@code Idempotency-Key} was used for another creation. Take a new one. */
public final class IdempotencyKeyReusedException extends MeetException {
  private static final long serialVersionUID = 1L;

  IdempotencyKeyReusedException(Failure failure) {
    super(failure);
  }
}
