import org.openapitools.client.apis.AuthenticationApi
import org.openapitools.client.apis.RoomsApi
import org.openapitools.client.infrastructure.ApiClient
import org.openapitools.client.infrastructure.ClientError
import org.openapitools.client.infrastructure.ClientException
import org.openapitools.client.infrastructure.Serializer
import org.openapitools.client.models.FieldErrors
import org.openapitools.client.models.GrantType
import org.openapitools.client.models.OAuthError
import org.openapitools.client.models.OAuthErrorCode
import org.openapitools.client.models.RoomAccessLevel
import org.openapitools.client.models.RoomConfiguration
import org.openapitools.client.models.RoomCreate
import org.openapitools.client.models.RoomUpdate
import org.openapitools.client.models.TokenRequest
import org.openapitools.client.models.TrackSource

val url: String = System.getenv("MEET_URL")

fun token(secret: String): String = AuthenticationApi(url).generateToken(
    TokenRequest(GrantType.client_credentials, System.getenv("USER_EMAIL"), System.getenv("CLIENT_ID"), secret),
).accessToken

/** The body of the error that a request is answered with. */
inline fun <reified T> refusal(request: () -> Unit): T? {
    try {
        request()
    } catch (refused: ClientException) {
        val body = (refused.response as ClientError<*>).body as String
        return Serializer.moshi.adapter(T::class.java).fromJson(body)
    }
    error("not refused")
}

fun main() {
    check(refusal<OAuthError> { token("wrong") }?.error == OAuthErrorCode.invalid_client)
    ApiClient.accessToken = token(System.getenv("CLIENT_SECRET"))
    val rooms = RoomsApi(url)

    val created = rooms.createRoom(
        roomCreate = RoomCreate(RoomAccessLevel.restricted, RoomConfiguration(canPublishSources = setOf(TrackSource.microphone))),
    )
    check(created.configuration.canPublishSources == listOf("microphone")) { created }
    check(rooms.listRooms(pageSize = 100).results.any { it.id == created.id })
    check(rooms.retrieveRoom(created.id) == created)

    val changed = rooms.updateRoom(
        created.id,
        roomUpdate = RoomUpdate(RoomAccessLevel.trusted, RoomConfiguration(everyoneCanMute = false)),
    )
    check(changed.accessLevel == RoomAccessLevel.trusted && changed.configuration.everyoneCanMute == false) { changed }

    val errors = refusal<FieldErrors> { rooms.updateRoom(created.id, roomUpdate = RoomUpdate(RoomAccessLevel.public)) }
    check(errors?.accessLevel == listOf("Public rooms are disabled for the external API.")) { "$errors" }
}
