<?php

use OpenAPI\Client as Meet;
use OpenAPI\Client\Model;

// Debian's copy of Guzzle, and what was generated.
require '/usr/share/php/GuzzleHttp/autoload.php';
spl_autoload_register(function (string $class): void {
    $file = 'meet/lib/' . str_replace('\\', '/', substr($class, strlen('OpenAPI\Client\\'))) . '.php';
    if (str_starts_with($class, 'OpenAPI\Client\\') && is_file($file)) {
        require $file;
    }
});
set_error_handler(function (int $level, string $message): bool {
    throw new ErrorException($message);
}, E_WARNING | E_NOTICE);

function ensure(bool $ok, mixed $got): void
{
    if (!$ok) {
        throw new Exception('not as expected: ' . print_r($got, true));
    }
}

/** The body of the error that a request is answered with. */
function refusal(callable $request): mixed
{
    try {
        $request();
    } catch (Meet\ApiException $refused) {
        return $refused->getResponseObject();
    }
    throw new Exception('not refused');
}

$configuration = (new Meet\Configuration())->setHost(getenv('MEET_URL'));
$token = fn (string $secret) => (new Meet\Api\AuthenticationApi(null, $configuration))->generateToken(new Model\TokenRequest([
    'client_id' => getenv('CLIENT_ID'), 'client_secret' => $secret,
    'grant_type' => Model\GrantType::CLIENT_CREDENTIALS, 'scope' => getenv('USER_EMAIL'),
]));

$wrong = refusal(fn () => $token('wrong'));
ensure($wrong instanceof Model\OAuthError && $wrong->getError() === Model\OAuthErrorCode::INVALID_CLIENT, $wrong);
$configuration->setAccessToken($token(getenv('CLIENT_SECRET'))->getAccessToken());
$rooms = new Meet\Api\RoomsApi(null, $configuration);

$tomorrow = new DateTime('tomorrow noon', new DateTimeZone('UTC'));
$created = $rooms->createRoom(room_create: new Model\RoomCreate([
    'access_level' => Model\RoomAccessLevel::RESTRICTED,
    'configuration' => new Model\RoomConfiguration(['can_publish_sources' => [Model\TrackSource::MICROPHONE]]),
    'expires_at' => $tomorrow,
]));
ensure($created->getConfiguration()->getCanPublishSources() === ['microphone'] && $created->getExpiresAt() == $tomorrow, $created);
$ids = array_map(fn (Model\Room $room) => $room->getId(), $rooms->listRooms(page_size: 100)->getResults());
ensure(in_array($created->getId(), $ids, true), $ids);
ensure($rooms->retrieveRoom($created->getId()) == $created, $created);

$changed = $rooms->updateRoom($created->getId(), room_update: new Model\RoomUpdate([
    'access_level' => Model\RoomAccessLevel::TRUSTED,
    'configuration' => new Model\RoomConfiguration(['everyone_can_mute' => false]),
    'expires_at' => null,
]));
ensure($changed->getAccessLevel() === 'trusted' && $changed->getConfiguration()->getEveryoneCanMute() === false, $changed);
ensure($changed->getExpiresAt() === null, $changed);

$change = new Model\RoomUpdate(['access_level' => Model\RoomAccessLevel::_PUBLIC]);
$refused = refusal(fn () => $rooms->updateRoom($created->getId(), room_update: $change));
ensure($refused instanceof Model\FieldErrors, $refused);
ensure($refused->getAccessLevel() === ['Public rooms are disabled for the external API.'], $refused);

// An empty parameter is not sent, and a DateTime not written.
$handler = GuzzleHttp\HandlerStack::create();
$handler->push(GuzzleHttp\Middleware::mapRequest(
    fn ($request) => $request->withUri(GuzzleHttp\Psr7\Uri::withQueryValue($request->getUri(), 'cursor', ''))
));
$fromTheStart = new Meet\Api\RoomsApi(new GuzzleHttp\Client(['handler' => $handler]), $configuration);
$roles = [Model\RoomRole::OWNER, Model\RoomRole::ADMINISTRATOR];
$page = $fromTheStart->listRooms(role: $roles, created_after: '2026-01-01T00:00:00Z');
$ids = array_map(fn (Model\Room $room) => $room->getId(), $page->getResults());
ensure(in_array($created->getId(), $ids, true) && $page->getCount() === null, $page);
$rooms->deleteRoom($created->getId());
$gone = refusal(fn () => $rooms->retrieveRoom($created->getId()));
ensure($gone instanceof Model\ErrorDetail && $gone->getDetail() === 'No Room matches the given query.', $gone);
