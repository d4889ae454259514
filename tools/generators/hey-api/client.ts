import assert from "node:assert";
import * as meet from "./meet";
import { client } from "./meet/client.gen";

const { MEET_URL, CLIENT_ID, CLIENT_SECRET, USER_EMAIL } = process.env as Record<string, string>;
client.setConfig({ baseUrl: MEET_URL! });

const token = (client_secret: string) =>
  meet.generateToken({
    body: { client_id: CLIENT_ID, client_secret, grant_type: "client_credentials", scope: USER_EMAIL! },
  });

async function main(): Promise<void> {
  const wrong = await token("wrong");
  assert(wrong.error && "error" in wrong.error);
  assert.equal(wrong.error.error, "invalid_client");
  const right = await token(CLIENT_SECRET!);
  assert(right.data);
  client.setConfig({ auth: right.data.access_token });

  const { data: created } = await meet.createRoom({
    body: { access_level: "restricted", configuration: { can_publish_sources: ["microphone"] } },
  });
  assert(created);
  assert.deepEqual(created.configuration.can_publish_sources, ["microphone"]);
  const { data: list } = await meet.listRooms({ query: { page_size: 100 } });
  assert(list?.results.some((room: meet.Room) => room.id === created.id));
  const path = { id: created.id };
  assert.deepEqual((await meet.retrieveRoom({ path })).data, created);

  const { data: changed } = await meet.updateRoom({
    path,
    body: { access_level: "trusted", configuration: { everyone_can_mute: false } },
  });
  assert(changed);
  assert.equal(changed.access_level, "trusted");
  assert.equal(changed.configuration.everyone_can_mute, false);

  const { error } = await meet.updateRoom({ path, body: { access_level: "public" } });
  assert(error && "access_level" in error);
  assert.deepEqual(error.access_level, ["Public rooms are disabled for the external API."]);
}

void main();
