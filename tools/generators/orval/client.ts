import assert from "node:assert";
import * as meet from "./meet";

const { CLIENT_ID, CLIENT_SECRET, USER_EMAIL } = process.env as Record<string, string>;

const token = (client_secret: string) =>
  meet.generateToken({ client_id: CLIENT_ID, client_secret, grant_type: "client_credentials", scope: USER_EMAIL! });

async function main(): Promise<void> {
  const wrong = await token("wrong");
  assert(wrong.status === 401);
  assert.equal(wrong.data.error, "invalid_client");
  const right = await token(CLIENT_SECRET!);
  assert(right.status === 200);
  const options = { headers: { Authorization: `Bearer ${right.data.access_token}` } };

  const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000);
  const created = await meet.createRoom(
    { access_level: "restricted", configuration: { can_publish_sources: ["microphone"] }, expires_at: tomorrow.toISOString() },
    options,
  );
  assert(created.status === 201);
  const room: meet.Room = created.data;
  assert.deepEqual(room.configuration.can_publish_sources, ["microphone"]);
  assert(room.expires_at);
  assert.deepEqual(new Date(room.expires_at), tomorrow);
  const list = await meet.listRooms({ page_size: 100 }, options);
  assert(list.status === 200 && list.data.results.some(({ id }) => id === room.id));
  assert.deepEqual((await meet.retrieveRoom(room.id, options)).data, room);

  const changed = await meet.updateRoom(
    room.id,
    { access_level: "trusted", configuration: { everyone_can_mute: false }, expires_at: null },
    options,
  );
  assert(changed.status === 200);
  assert.equal(changed.data.access_level, "trusted");
  assert.equal(changed.data.configuration.everyone_can_mute, false);
  assert.equal(changed.data.expires_at, undefined);

  const refused = await meet.updateRoom(room.id, { access_level: "public" }, options);
  assert(refused.status === 400);
  assert.deepEqual(refused.data.access_level, ["Public rooms are disabled for the external API."]);

  const page = await meet.listRooms(
    { cursor: "", role: ["owner", "administrator"], created_after: "2026-01-01T00:00:00Z" },
    options,
  );
  assert(page.status === 200 && page.data.results.some(({ id }) => id === room.id) && page.data.count === undefined);
  assert.equal((await meet.deleteRoom(room.id, options)).status, 204);
  const gone = await meet.retrieveRoom(room.id, options);
  assert(gone.status === 404);
  assert.equal(gone.data.detail, "No Room matches the given query.");
}

void main();
