import io.github.suitenumerique.meet.MeetClient;

public class Example {
  public static void main(String[] arguments) {
    MeetClient meet = MeetClient.of(System.getenv("MEET_URL"), System.getenv("CLIENT_ID"), System.getenv("CLIENT_SECRET"));

    System.out.println(meet.readMetadata().getTokenEndpoint());
  }
}
