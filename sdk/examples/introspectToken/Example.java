import io.github.suitenumerique.meet.MeetClient;
import io.github.suitenumerique.meet.model.Introspection;

public class Example {
  public static void main(String[] arguments) {
    MeetClient meet = MeetClient.of(System.getenv("MEET_URL"), System.getenv("CLIENT_ID"), System.getenv("CLIENT_SECRET"));

    String token = meet.generateToken(System.getenv("USER_EMAIL")).getAccessToken();
    Introspection known = meet.introspectToken(token);
    System.out.println(known.getActive() + ": " + known.getScope());
  }
}
