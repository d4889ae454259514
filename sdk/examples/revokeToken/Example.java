import io.github.suitenumerique.meet.MeetClient;

public class Example {
  public static void main(String[] arguments) {
    MeetClient meet = MeetClient.of(System.getenv("MEET_URL"), System.getenv("CLIENT_ID"), System.getenv("CLIENT_SECRET"));

    String token = meet.generateToken(System.getenv("USER_EMAIL")).getAccessToken();
    meet.revokeToken(token);
    System.out.println("active: " + meet.introspectToken(token).getActive());
  }
}
