import io.github.suitenumerique.meet.MeetClient;
import io.github.suitenumerique.meet.MeetUser;
import io.github.suitenumerique.meet.model.AccessGrant;
import io.github.suitenumerique.meet.model.RoomAccess;

public class Example {
  public static void main(String[] arguments) {
    MeetClient meet = MeetClient.of(System.getenv("MEET_URL"), System.getenv("CLIENT_ID"), System.getenv("CLIENT_SECRET"));
    MeetUser user = meet.user(System.getenv("USER_EMAIL"));

    String slug = user.createRoom().getSlug();
    user.grantAccess(slug, new AccessGrant().email(System.getenv("COLLEAGUE_EMAIL")));
    RoomAccess colleague = user.listAccesses(slug).get(1);
    user.removeAccess(slug, colleague.getId());
    System.out.println(colleague.getEmail() + " is out");
  }
}
