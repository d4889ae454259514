import io.github.suitenumerique.meet.MeetClient;
import io.github.suitenumerique.meet.MeetUser;
import io.github.suitenumerique.meet.RoomFilter;
import io.github.suitenumerique.meet.model.RoomRole;

public class Example {
  public static void main(String[] arguments) {
    MeetClient meet = MeetClient.of(System.getenv("MEET_URL"), System.getenv("CLIENT_ID"), System.getenv("CLIENT_SECRET"));
    MeetUser user = meet.user(System.getenv("USER_EMAIL"));

    user.createRoom();
    user.rooms(new RoomFilter().role(RoomRole.OWNER).pageSize(100)).limit(3)
        .forEach(room -> System.out.println(room.getSlug() + " " + room.getAccessLevel()));
  }
}
