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

$created = $rooms->createRoom(null, new Model\RoomCreate([
    'access_level' => Model\RoomAccessLevel::RESTRICTED,
    'configuration' => new Model\RoomConfiguration(['can_publish_sources' => [Model\TrackSource::MICROPHONE]]),
]));
ensure($created->getConfiguration()->getCanPublishSources() === ['microphone'], $created);
$ids = array_map(fn (Model\Room $room) => $room->getId(), $rooms->listRooms(null, 1, 100)->getResults());
ensure(in_array($created->getId(), $ids, true), $ids);
ensure($rooms->retrieveRoom($created->getId()) == $created, $created);

$changed = $rooms->updateRoom($created->getId(), null, new Model\RoomUpdate([
    'access_level' => Model\RoomAccessLevel::TRUSTED,
    'configuration' => new Model\RoomConfiguration(['everyone_can_mute' => false]),
]));
ensure($changed->getAccessLevel() === 'trusted' && $changed->getConfiguration()->getEveryoneCanMute() === false, $changed);

$change = new Model\RoomUpdate(['access_level' => Model\RoomAccessLevel::_PUBLIC]);
$refused = refusal(fn () => $rooms->updateRoom($created->getId(), null, $change));
ensure($refused instanceof Model\FieldErrors, $refused);
ensure($refused->getAccessLevel() === ['Public rooms are disabled for the external API.'], $refused);
