package io.github.suitenumerique.meet;

/** 400: a value is refused, as {@link #fields} has it. */
public final class BadRequestException extends MeetException {
  private static final long serialVersionUID = 1L;

  BadRequestException(Failure failure) {
    super(failure);
  }
}
