import io.github.suitenumerique.meet.MeetClient;
import io.github.suitenumerique.meet.MeetUser;
import io.github.suitenumerique.meet.model.AccessGrant;
import io.github.suitenumerique.meet.model.GrantableRole;
import io.github.suitenumerique.meet.model.GrantedAccess;

public class Example {
  public static void main(String[] arguments) {
    MeetClient meet = MeetClient.of(System.getenv("MEET_URL"), System.getenv("CLIENT_ID"), System.getenv("CLIENT_SECRET"));
    MeetUser user = meet.user(System.getenv("USER_EMAIL"));

    String slug = user.createRoom().getSlug();
    AccessGrant grant = new AccessGrant().email(System.getenv("COLLEAGUE_EMAIL")).role(GrantableRole.MEMBER);
    GrantedAccess granted = user.grantAccess(slug, grant);
    System.out.println(granted.getEmail() + " is " + granted.getRole());
  }
}
