package io.github.suitenumerique.meet;

/** 404: what was asked for is not there. */
public class NotFoundException extends MeetException {
  private static final long serialVersionUID = 1L;

  NotFoundException(Failure failure) {
    super(failure);
  }
}
