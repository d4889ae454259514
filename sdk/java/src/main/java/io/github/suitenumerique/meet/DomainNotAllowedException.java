package io.github.suitenumerique.meet;

/** 403: the application may not act for addresses of this domain. */
public final class DomainNotAllowedException extends ForbiddenException {
  private static final long serialVersionUID = 1L;

  DomainNotAllowedException(Failure failure) {
    super(failure);
  }
}
