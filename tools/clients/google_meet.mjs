// Makes, reads, changes and empties a room with @googleapis/meet, as its documentation says, but for the endpoint and the token.
import assert from "node:assert/strict";
import { auth, meet } from "@googleapis/meet";

const { SERVER, TOKEN, NARROW_TOKEN, BUSY_SPACE } = process.env;
// Given once, for the client, the root URL would lose its path.
const here = { rootUrl: `${SERVER}/external-api/google/` };

function client(access_token) {
  const credentials = new auth.OAuth2();
  credentials.setCredentials({ access_token });
  return meet({ version: "v2", auth: credentials }).spaces;
}
const refused = (call, status, said) =>
  assert.rejects(call, (refusal) => refusal.status === status && refusal.message.includes(said));

const spaces = client(TOKEN);
const { data: space } = await spaces.create({ requestBody: { config: { accessType: "RESTRICTED" } } }, here);
assert.equal(space.config.accessType, "RESTRICTED");
assert.ok(space.meetingUri.endsWith(`/${space.meetingCode}`));
assert.equal((await spaces.create({}, here)).data.config.accessType, "TRUSTED");
const { name } = space;
assert.deepEqual((await spaces.get({ name }, here)).data, space);
assert.deepEqual((await spaces.get({ name: `spaces/${space.meetingCode.toUpperCase()}` }, here)).data, space);

space.config.accessType = "TRUSTED";
const mask = { name, updateMask: "config.accessType" };
assert.deepEqual((await spaces.patch({ ...mask, requestBody: space }, here)).data, space);
assert.deepEqual((await spaces.patch({ ...mask, requestBody: {} }, here)).data, space, "the default");

await refused(spaces.get({ name: "spaces/abc-defg-hij" }, here), 404, "No Room matches the given query.");
await refused(spaces.create({ requestBody: { config: { moderation: "ON" } } }, here), 400, "config.moderation");
await refused(client(NARROW_TOKEN).create({}, here), 403, "Required scope: rooms:create");
await refused(client("wrong").get({ name }, here), 401, "Invalid token.");

await refused(spaces.endActiveConference({ name }, here), 400, "There is no active conference");
assert.deepEqual((await spaces.endActiveConference({ name: BUSY_SPACE }, here)).data, {});

console.log(name);
