import io.github.suitenumerique.meet.MeetClient;
import io.github.suitenumerique.meet.MeetUser;

public class Example {
  public static void main(String[] arguments) {
    MeetClient meet = MeetClient.of(System.getenv("MEET_URL"), System.getenv("CLIENT_ID"), System.getenv("CLIENT_SECRET"));
    MeetUser user = meet.user(System.getenv("USER_EMAIL"));

    String slug = user.createRoom().getSlug();
    user.deleteRoom(slug);
    System.out.println(slug + " is deleted");
  }
}
