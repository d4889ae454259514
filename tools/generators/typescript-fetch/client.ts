import assert from "node:assert";
import * as meet from "./api";

const { MEET_URL, CLIENT_ID, CLIENT_SECRET, USER_EMAIL } = process.env as Record<string, string>;

const token = (clientSecret: string): Promise<meet.TokenResponse> =>
  new meet.AuthenticationApi(new meet.Configuration({ basePath: MEET_URL })).generateToken({
    tokenRequest: { clientId: CLIENT_ID, clientSecret, grantType: "client_credentials", scope: USER_EMAIL! },
  });

const refusal = async (request: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await request.then(() => assert.fail("not refused"), (e: unknown) => e);
  assert(error instanceof meet.ResponseError, String(error));
  return error.response.json();
};

async function main(): Promise<void> {
  assert.equal(meet.OAuthErrorFromJSON(await refusal(token("wrong"))).error, "invalid_client");
  const { accessToken } = await token(CLIENT_SECRET!);
  const rooms = new meet.RoomsApi(new meet.Configuration({ basePath: MEET_URL, accessToken }));

  const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000);
  const created: meet.Room = await rooms.createRoom({
    roomCreate: {
      accessLevel: "restricted",
      _configuration: { canPublishSources: new Set<meet.TrackSource>(["microphone"]) },
      expiresAt: tomorrow,
    },
  });
  assert.deepEqual(created._configuration.canPublishSources, ["microphone"]);
  assert.deepEqual(created.expiresAt, tomorrow);
  const list: meet.RoomList = await rooms.listRooms({ pageSize: 100 });
  assert(list.results.some((room) => room.id === created.id));
  assert.deepEqual(await rooms.retrieveRoom({ id: created.id }), created);

  const changed = await rooms.updateRoom({
    id: created.id,
    roomUpdate: { accessLevel: "trusted", _configuration: { everyoneCanMute: false }, expiresAt: null },
  });
  assert.equal(changed.accessLevel, "trusted");
  assert.equal(changed._configuration.everyoneCanMute, false);
  assert.equal(changed.expiresAt, undefined);

  const errors = meet.FieldErrorsFromJSON(await refusal(rooms.updateRoom({ id: created.id, roomUpdate: { accessLevel: "public" } })));
  assert.deepEqual(errors.accessLevel, ["Public rooms are disabled for the external API."]);

  const page = await rooms.listRooms({ cursor: "", role: ["owner", "administrator"], createdAfter: new Date("2026-01-01") });
  assert(page.results.some((room) => room.id === created.id) && page.count === undefined);
  await rooms.deleteRoom({ id: created.id });
  const gone = meet.ErrorDetailFromJSON(await refusal(rooms.retrieveRoom({ id: created.id })));
  assert.equal(gone.detail, "No Room matches the given query.");
}

void main();
