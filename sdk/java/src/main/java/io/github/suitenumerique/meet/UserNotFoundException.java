package io.github.suitenumerique.meet;

/** 404: nobody has the address. */
public final class UserNotFoundException extends NotFoundException {
  private static final long serialVersionUID = 1L;

  UserNotFoundException(Failure failure) {
    super(failure);
  }
}
