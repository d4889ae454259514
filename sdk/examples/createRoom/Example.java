import io.github.suitenumerique.meet.MeetClient;
import io.github.suitenumerique.meet.MeetUser;
import io.github.suitenumerique.meet.model.Room;
import io.github.suitenumerique.meet.model.RoomAccessLevel;
import io.github.suitenumerique.meet.model.RoomCreate;
import java.time.OffsetDateTime;

public class Example {
  public static void main(String[] arguments) {
    MeetClient meet = MeetClient.of(System.getenv("MEET_URL"), System.getenv("CLIENT_ID"), System.getenv("CLIENT_SECRET"));
    MeetUser user = meet.user(System.getenv("USER_EMAIL"));

    Room room = user.createRoom(new RoomCreate().accessLevel(RoomAccessLevel.TRUSTED).expiresAt(OffsetDateTime.now().plusDays(1)));
    System.out.println(room.getSlug() + " " + room.getUrl());
  }
}
