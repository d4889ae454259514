package io.github.suitenumerique.meet;

import java.time.Duration;

/** How the time between two attempts passes. */
interface Sleeper {
  void sleep(Duration duration) throws InterruptedException;
}
