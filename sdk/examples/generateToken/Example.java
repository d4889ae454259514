import io.github.suitenumerique.meet.MeetClient;
import io.github.suitenumerique.meet.model.TokenResponse;

public class Example {
  public static void main(String[] arguments) {
    MeetClient meet = MeetClient.of(System.getenv("MEET_URL"), System.getenv("CLIENT_ID"), System.getenv("CLIENT_SECRET"));

    TokenResponse token = meet.generateToken(System.getenv("USER_EMAIL"), "rooms:list");
    System.out.println("for " + token.getExpiresIn() + " s: " + token.getScope());
  }
}
