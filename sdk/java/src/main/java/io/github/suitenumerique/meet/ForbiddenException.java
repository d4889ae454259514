package io.github.suitenumerique.meet;

/** 403: the role of the user in the room does not allow it, or the application has not created the room. */
public class ForbiddenException extends MeetException {
  private static final long serialVersionUID = 1L;

  ForbiddenException(Failure failure) {
    super(failure);
  }
}
