package io.github.suitenumerique.meet;

/** 500: a fault of the server. Report it with the {@link #requestId}. */
public final class ServerFaultException extends MeetException {
  private static final long serialVersionUID = 1L;

  ServerFaultException(Failure failure) {
    super(failure);
  }
}
