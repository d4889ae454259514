package io.github.suitenumerique.meet;

/** 403: the token lacks a scope. */
public final class InsufficientScopeException extends ForbiddenException {
  private static final long serialVersionUID = 1L;

  private final String scope;

  InsufficientScopeException(Failure failure, String scope) {
    super(failure);
    this.scope = scope;
  }

  /** The scope that is needed, such as {@code rooms:create}. */
  public String scope() {
    return scope;
  }
}
