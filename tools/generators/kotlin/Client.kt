import java.time.OffsetDateTime
import java.time.ZoneOffset
import java.time.temporal.ChronoUnit
import org.openapitools.client.apis.AuthenticationApi
import org.openapitools.client.apis.RoomsApi
import org.openapitools.client.infrastructure.ApiClient
import org.openapitools.client.infrastructure.ClientError
import org.openapitools.client.infrastructure.ClientException
import org.openapitools.client.infrastructure.Serializer
import org.openapitools.client.models.ErrorDetail
import org.openapitools.client.models.FieldErrors
import org.openapitools.client.models.GrantType
import org.openapitools.client.models.OAuthError
import org.openapitools.client.models.OAuthErrorCode
import org.openapitools.client.models.RoomAccessLevel
import org.openapitools.client.models.RoomConfiguration
import org.openapitools.client.models.RoomCreate
import org.openapitools.client.models.RoomRole
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

    val tomorrow = OffsetDateTime.now(ZoneOffset.UTC).plusDays(1).truncatedTo(ChronoUnit.SECONDS)
    val configured = RoomConfiguration(canPublishSources = setOf(TrackSource.microphone))
    val created = rooms.createRoom(roomCreate = RoomCreate(RoomAccessLevel.restricted, configured, expiresAt = tomorrow))
    check(created.configuration.canPublishSources == listOf("microphone") && created.expiresAt == tomorrow) { created }
    check(rooms.listRooms(pageSize = 100).results.any { it.id == created.id })
    val id = created.id.toString()
    check(rooms.retrieveRoom(id) == created)

    val changed = rooms.updateRoom(
        id,
        roomUpdate = RoomUpdate(RoomAccessLevel.trusted, RoomConfiguration(everyoneCanMute = false)),
    )
    check(changed.accessLevel == RoomAccessLevel.trusted && changed.configuration.everyoneCanMute == false) { changed }

    val errors = refusal<FieldErrors> { rooms.updateRoom(id, roomUpdate = RoomUpdate(RoomAccessLevel.public)) }
    check(errors?.accessLevel == listOf("Public rooms are disabled for the external API.")) { "$errors" }

    val since = OffsetDateTime.parse("2026-01-01T00:00:00Z")
    val page = rooms.listRooms(cursor = "", role = listOf(RoomRole.owner, RoomRole.administrator), createdAfter = since)
    check(page.count == null && page.results.any { it.id == created.id }) { page }
    rooms.deleteRoom(id)
    check(refusal<ErrorDetail> { rooms.retrieveRoom(id) }?.detail == "No Room matches the given query.")
}
