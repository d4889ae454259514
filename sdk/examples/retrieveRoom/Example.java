import io.github.suitenumerique.meet.MeetClient;
import io.github.suitenumerique.meet.MeetUser;
import io.github.suitenumerique.meet.RoomNotFoundException;
import io.github.suitenumerique.meet.model.Room;

public class Example {
  public static void main(String[] arguments) {
    MeetClient meet = MeetClient.of(System.getenv("MEET_URL"), System.getenv("CLIENT_ID"), System.getenv("CLIENT_SECRET"));
    MeetUser user = meet.user(System.getenv("USER_EMAIL"));

    Room room = user.retrieveRoom(user.createRoom().getSlug());
    System.out.println(room.getSlug() + " " + room.getAccessLevel());
    try {
      user.retrieveRoom("abc-defg-hij");
    } catch (RoomNotFoundException gone) {
      System.out.println(gone.detail());
    }
  }
}
