import io.github.suitenumerique.meet.MeetClient;
import io.github.suitenumerique.meet.MeetUser;
import io.github.suitenumerique.meet.model.Room;
import io.github.suitenumerique.meet.model.RoomAccessLevel;
import io.github.suitenumerique.meet.model.RoomCreate;
import io.github.suitenumerique.meet.model.RoomUpdate;
import java.time.OffsetDateTime;

public class Example {
  public static void main(String[] arguments) {
    MeetClient meet = MeetClient.of(System.getenv("MEET_URL"), System.getenv("CLIENT_ID"), System.getenv("CLIENT_SECRET"));
    MeetUser user = meet.user(System.getenv("USER_EMAIL"));

    Room room = user.createRoom(new RoomCreate().expiresAt(OffsetDateTime.now().plusDays(1)));
    // What is not set stays as it is; null takes the end away.
    Room changed = user.updateRoom(room.getSlug(), new RoomUpdate().accessLevel(RoomAccessLevel.RESTRICTED).expiresAt(null));
    System.out.println(changed.getAccessLevel() + " " + changed.getExpiresAt());
  }
}
