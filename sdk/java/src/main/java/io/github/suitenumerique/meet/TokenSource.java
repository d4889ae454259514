package io.github.suitenumerique.meet;

import io.github.suitenumerique.meet.model.TokenResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The tokens for one user and set of scopes: one is kept, and fetched by one thread for all that wait for it. */
final class TokenSource {
  private static final Duration LONGEST_MARGIN = Duration.ofMinutes(1);

  private final Supplier<TokenResponse> request;
  private final Clock clock;
  private @Nullable CompletableFuture<Token> current;

  TokenSource(Supplier<TokenResponse> request, Clock clock) {
    this.request = request;
    this.clock = clock;
  }

  private record Token(String text, Instant renewal) {}

  /** A token that lives for a while: the one that is kept, or a new one. */
  String get() {
    CompletableFuture<Token> mine = new CompletableFuture<>();
    CompletableFuture<Token> shared;
    synchronized (this) {
      if (current == null || isSpent(current)) {
        current = mine;
      }
      shared = current;
    }
    if (shared == mine) {
      fetch(mine);
    }
    try {
      return shared.join().text();
    } catch (CancellationException theirThread) {
      // The thread that fetched for this one as well was interrupted.
      return get();
    } catch (CompletionException failed) {
      throw (MeetException) failed.getCause();
    }
  }

  /** Has the next call fetch another one in place of this, where nobody has yet. */
  synchronized void discard(String refused) {
    if (current != null && current.isDone() && (current.isCompletedExceptionally() || current.join().text().equals(refused))) {
      current = null;
    }
  }

  /** Whether what is kept is of no use any more. */
  synchronized boolean isSpent() {
    return current != null && isSpent(current);
  }

  private boolean isSpent(CompletableFuture<Token> token) {
    return token.isDone() && (token.isCompletedExceptionally() || !clock.instant().isBefore(token.join().renewal()));
  }

  private void fetch(CompletableFuture<Token> token) {
    Instant before = clock.instant();
    try {
      TokenResponse answer = request.get();
      Duration life = Duration.ofSeconds(answer.getExpiresIn());
      Duration tenth = life.dividedBy(10);
      Duration margin = tenth.compareTo(LONGEST_MARGIN) < 0 ? tenth : LONGEST_MARGIN;
      token.complete(new Token(answer.getAccessToken(), before.plus(life).minus(margin)));
    } catch (MeetException failed) {
      if (!(failed.getCause() instanceof InterruptedException)) {
        token.completeExceptionally(failed);
      }
      throw failed;
    } finally {
      // Without effect where it is complete.
      token.cancel(false);
    }
  }
}
