package io.github.suitenumerique.meet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.suitenumerique.meet.model.TokenResponse;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TokensTest {
  private static final int THREADS = 8;

  private final Server server = new Server();
  private final HandClock clock = new HandClock();

  private int fetched() {
    return server.requests.tokenRequests().size();
  }

  private static void use(MeetUser user) {
    user.listRooms(new RoomFilter(), 1);
  }

  @Test
  void oneForEachUserAndSetOfScopes() {
    MeetClient meet = server.builder().build();
    assertEquals(0, fetched());
    use(meet.user(Server.USER));
    use(meet.user(Server.USER));
    assertEquals(1, fetched());
    use(meet.user(Server.COLLEAGUE));
    assertEquals(2, fetched());
    use(meet.user(Server.USER, "rooms:list", "rooms:create"));
    use(meet.user(Server.USER, "rooms:create", "rooms:list", "rooms:list"));
    assertEquals(3, fetched());
    assertThrows(InsufficientScopeException.class, () -> meet.user(Server.USER, "rooms:list").createRoom());
  }

  @Test
  void aMinuteBeforeItExpires() {
    MeetUser user = server.builder().clock(clock).build().user(Server.USER);
    use(user);
    clock.now = clock.now.plusSeconds(3600 - 61);
    use(user);
    assertEquals(1, fetched());
    clock.now = clock.now.plusSeconds(1);
    use(user);
    assertEquals(2, fetched());
  }

  @Test
  void aTenthOfAShortLifeBeforeItExpires() {
    List<String> given = new ArrayList<>();
    TokenSource tokens = new TokenSource(() -> {
      given.add("token " + given.size());
      return new TokenResponse().accessToken(given.get(given.size() - 1)).expiresIn(100L);
    }, clock);
    assertEquals("token 0", tokens.get());
    clock.now = clock.now.plusSeconds(89);
    assertEquals("token 0", tokens.get());
    clock.now = clock.now.plusSeconds(1);
    assertEquals("token 1", tokens.get());
  }

  @Test
  void oneRequestForManyThreads() {
    MeetUser user = server.user();
    inManyThreads(() -> use(user));
    assertEquals(1, fetched());
    assertEquals(THREADS, server.requests.others().size());
  }

  @Test
  void oneFailureForManyThreads() {
    MeetUser user = server.userWhoAlwaysGets("500;on=generateToken");
    CompletionException failed = assertThrows(CompletionException.class, () -> inManyThreads(() -> use(user)));
    assertInstanceOf(ServerFaultException.class, failed.getCause());
    assertEquals(1, fetched());
  }

  @Test
  void aNewOneAfter401() {
    MeetUser user = server.userWhoGets("401;on=listRooms");
    use(user);
    List<String> sent = server.requests.others().stream().map(TokensTest::token).toList();
    assertEquals(2, sent.size());
    assertFalse(sent.get(0).equals(sent.get(1)));
    assertEquals(2, fetched());
  }

  @Test
  void aRevokedOneIsReplaced() {
    MeetClient meet = server.builder().build();
    MeetUser user = meet.user(Server.USER);
    use(user);
    meet.revokeToken(token(server.requests.others().get(0)).substring("Bearer ".length()));
    use(user);
    assertEquals(2, fetched());
  }

  /** Who waits for a thread that is interrupted while it fetches, fetches. */
  @Test
  void theThreadsOfAnInterruptedOneGoOn() throws InterruptedException {
    MeetUser user = server.user();
    Thread test = Thread.currentThread();
    CountDownLatch fetching = new CountDownLatch(1);
    List<Throwable> failures = new ArrayList<>();
    Thread first = new Thread(() -> use(user));
    first.setUncaughtExceptionHandler((thread, failed) -> failures.add(failed));
    server.requests.before(request -> {
      if (Thread.currentThread() == first) {
        fetching.countDown();
        while (isBusy(test)) {
          Thread.yield();
        }
        first.interrupt();
      }
    });
    first.start();
    fetching.await();
    use(user);
    first.join();
    assertInstanceOf(NoAnswerException.class, failures.get(0));
    assertEquals(2, fetched());
  }

  @Test
  void secretsAreInNoText() {
    MeetClient meet = server.builder().build();
    MeetUser user = meet.user(Server.USER);
    TokenResponse token = meet.generateToken(Server.USER);
    String texts = meet + " " + user + " " + token + " " + assertThrows(NotFoundException.class, () -> user.retrieveRoom("none"));
    assertFalse(texts.contains(Server.env("CLIENT_SECRET")), texts);
    assertFalse(texts.contains(token.getAccessToken()), texts);
    assertTrue(texts.contains(Server.USER), texts);
  }

  /** Runs this in threads of its own, and holds the request for a token back until all of them wait for it. */
  private void inManyThreads(Runnable action) {
    List<Thread> threads = new ArrayList<>();
    List<CompletableFuture<Void>> results = new ArrayList<>();
    for (int n = 0; n < THREADS; n++) {
      CompletableFuture<Void> result = new CompletableFuture<>();
      results.add(result);
      threads.add(new Thread(() -> CompletableFuture.runAsync(action, Runnable::run).whenComplete((done, failed) -> {
        if (failed == null) {
          result.complete(null);
        } else {
          result.completeExceptionally(failed);
        }
      })));
    }
    Set<Thread> sending = ConcurrentHashMap.newKeySet();
    server.requests.before(request -> {
      sending.add(Thread.currentThread());
      while (Recorder.isForToken(request) && threads.stream().anyMatch(thread -> !sending.contains(thread) && isBusy(thread))) {
        Thread.yield();
      }
    });
    threads.forEach(Thread::start);
    CompletableFuture.allOf(results.toArray(CompletableFuture[]::new)).join();
  }

  private static boolean isBusy(Thread thread) {
    return thread.getState() == Thread.State.NEW || thread.getState() == Thread.State.RUNNABLE;
  }

  private static String token(HttpRequest request) {
    return request.headers().firstValue("Authorization").orElseThrow();
  }

  private static final class HandClock extends Clock {
    private Instant now = Instant.now();

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
