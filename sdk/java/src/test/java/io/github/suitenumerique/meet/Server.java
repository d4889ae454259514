package io.github.suitenumerique.meet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The sandbox that the environment names, and clients of it whose waits take no time, and are written down. */
final class Server {
  static final String USER = env("USER_EMAIL");
  static final String COLLEAGUE = env("COLLEAGUE_EMAIL");

  final Recorder requests = new Recorder();
  final List<Duration> waits = new ArrayList<>();

  static String env(String name) {
    String value = System.getenv(name);
    if (value == null) {
      throw new IllegalStateException(name + " is not set: tools/sdks.sh java runs these tests");
    }
    return value;
  }

  MeetClient.Builder builder() {
    return MeetClient.builder(env("MEET_URL"), env("CLIENT_ID"), env("CLIENT_SECRET")).httpClient(requests).sleeper(waits::add);
  }

  /** An application with the scope rooms:list, for addresses of example.com. */
  MeetClient limited() {
    return MeetClient.builder(env("MEET_URL"), env("LIMITED_CLIENT_ID"), env("LIMITED_CLIENT_SECRET")).httpClient(requests).build();
  }

  MeetUser user() {
    return builder().build().user(USER);
  }

  /** A user each of whose requests that fits has the first of these faults, as docs/sandbox.md has them. */
  MeetUser userWhoAlwaysGets(String faults) {
    return builder().header("Sandbox-Fault", faults).build().user(USER);
  }

  /** A user whose requests have these faults one after the other, and are then served. */
  MeetUser userWhoGets(String faults) {
    return builder().header("Sandbox-Fault", faults).header("Sandbox-Run", UUID.randomUUID().toString()).build().user(USER);
  }
}
