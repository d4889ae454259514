package io.github.suitenumerique.meet;

/** No answer, after all attempts: the cause says why. Status 0. Also where the thread was interrupted, which it then still is. */
public final class NoAnswerException extends MeetException {
  private static final long serialVersionUID = 1L;

  NoAnswerException(String operation, String requestId, Exception cause) {
    super(Failure.noAnswer(operation, requestId, cause));
    initCause(cause);
  }
}
