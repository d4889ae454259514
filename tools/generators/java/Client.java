import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.AuthenticationApi;
import org.openapitools.client.api.RoomsApi;
import org.openapitools.client.model.ErrorDetail;
import org.openapitools.client.model.FieldErrors;
import org.openapitools.client.model.GrantType;
import org.openapitools.client.model.OAuthError;
import org.openapitools.client.model.OAuthErrorCode;
import org.openapitools.client.model.Room;
import org.openapitools.client.model.RoomAccessLevel;
import org.openapitools.client.model.RoomConfiguration;
import org.openapitools.client.model.RoomCreate;
import org.openapitools.client.model.RoomList;
import org.openapitools.client.model.RoomRole;
import org.openapitools.client.model.RoomUpdate;
import org.openapitools.client.model.TokenRequest;
import org.openapitools.client.model.TrackSource;

public class Client {
    private static final ApiClient CLIENT = new ApiClient();

    private static String token(String secret) throws ApiException {
        TokenRequest request = new TokenRequest().clientId(System.getenv("CLIENT_ID")).clientSecret(secret)
            .grantType(GrantType.CLIENT_CREDENTIALS).scope(System.getenv("USER_EMAIL"));
        return new AuthenticationApi(CLIENT).generateToken(request, null, null).getAccessToken();
    }

    public static void main(String[] arguments) throws Exception {
        CLIENT.setBasePath(System.getenv("MEET_URL"));
        try {
            token("wrong");
            throw new AssertionError("a wrong secret is taken");
        } catch (ApiException refused) {
            ensure(OAuthError.fromJson(refused.getResponseBody()).getError() == OAuthErrorCode.INVALID_CLIENT, refused);
        }
        CLIENT.setBearerToken(token(System.getenv("CLIENT_SECRET")));
        RoomsApi rooms = new RoomsApi(CLIENT);

        OffsetDateTime tomorrow = OffsetDateTime.now(ZoneOffset.UTC).plusDays(1).truncatedTo(ChronoUnit.SECONDS);
        Room created = rooms.createRoom(null, null, null, new RoomCreate().accessLevel(RoomAccessLevel.RESTRICTED).expiresAt(tomorrow)
            ._configuration(new RoomConfiguration().canPublishSources(Set.of(TrackSource.MICROPHONE))));
        ensure(created.getConfiguration().getCanPublishSources().equals(List.of("microphone")) && created.getExpiresAt().equals(tomorrow), created);
        String id = created.getId().toString();
        ensure(rooms.listRooms(null, null, null, 100, null, null, null, null, null, null, null).getResults().contains(created), created);
        ensure(rooms.retrieveRoom(id, null, null, null).equals(created), created);

        Room changed = rooms.updateRoom(id, null, null, null, new RoomUpdate().accessLevel(RoomAccessLevel.TRUSTED)
            ._configuration(new RoomConfiguration().everyoneCanMute(false)));
        ensure(changed.getAccessLevel() == RoomAccessLevel.TRUSTED && !changed.getConfiguration().getEveryoneCanMute(), changed);

        try {
            rooms.updateRoom(id, null, null, null, new RoomUpdate().accessLevel(RoomAccessLevel.PUBLIC));
            throw new AssertionError("a public room is made");
        } catch (ApiException refused) {
            FieldErrors errors = FieldErrors.fromJson(refused.getResponseBody());
            ensure(errors.getAccessLevel().equals(List.of("Public rooms are disabled for the external API.")), errors);
        }

        OffsetDateTime since = OffsetDateTime.parse("2026-01-01T00:00:00Z");
        RoomList page = rooms.listRooms(null, null, null, null, "", null, null, List.of(RoomRole.OWNER, RoomRole.ADMINISTRATOR), since, null, null);
        ensure(page.getCount() == null && page.getResults().stream().anyMatch(room -> room.getId().equals(created.getId())), page);
        rooms.deleteRoom(id, null, null, null);
        try {
            rooms.retrieveRoom(id, null, null, null);
            throw new AssertionError("a deleted room is found");
        } catch (ApiException gone) {
            ensure(ErrorDetail.fromJson(gone.getResponseBody()).getDetail().equals("No Room matches the given query."), gone);
        }
    }

    private static void ensure(boolean ok, Object got) {
        if (!ok) {
            throw new AssertionError("not as expected: " + got);
        }
    }
}
