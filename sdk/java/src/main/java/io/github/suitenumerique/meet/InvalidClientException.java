package io.github.suitenumerique.meet;

/** 401: the credentials of the application are wrong. */
public final class InvalidClientException extends MeetException {
  private static final long serialVersionUID = 1L;

  InvalidClientException(Failure failure) {
    super(failure);
  }
}
