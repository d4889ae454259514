import assert from "node:assert/strict";
import { test } from "node:test";
import { colleague, owner, recorded } from "./support.mjs";

const { meet, user, requests } = recorded();

test("tokens: generate, introspect, revoke", async () => {
  const issued = await meet.generateToken(owner, { scopes: ["rooms:list", "rooms:create"] });
  assert.equal(issued.scope, "rooms:list rooms:create");
  const active = await meet.introspectToken(issued.access_token);
  assert(active.active);
  assert.equal(active.client_id, meet.clientId);
  await meet.revokeToken(issued.access_token);
  assert.deepEqual(await meet.introspectToken(issued.access_token), { active: false });
});

test("metadata and keys", async () => {
  const metadata = await meet.readMetadata();
  assert(metadata.token_endpoint.endsWith("/application/token/"));
  assert(metadata.scopes_supported.includes("rooms:grant-access"));
  assert(Array.isArray((await meet.readKeys()).keys));
});

test("a room: create, list, retrieve, update, delete", async () => {
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  const created = await user.createRoom({
    access_level: "restricted",
    configuration: { can_publish_sources: ["microphone"] },
    attendees: [colleague],
    expires_at,
  });
  assert.deepEqual(created.attendees, [{ email: colleague, status: "member" }]);
  assert.equal(new Date(created.expires_at ?? "").toISOString(), expires_at);

  const page = await user.listRooms({ slug: created.slug ?? "", role: ["owner", "administrator"], access_level: ["restricted"] });
  assert.equal(page.count, 1);
  assert.equal(page.results[0]?.id, created.id);

  const { attendees, ...room } = created;
  assert.deepEqual(await user.retrieveRoom(created.id), room);
  assert.deepEqual(await user.retrieveRoom(created.slug ?? ""), room);
  assert.equal(await user.retrieveRoom(created.id, { ifNoneMatch: room.etag }), null);

  const changed = await user.updateRoom(created.id, { access_level: "trusted", expires_at: null }, { ifMatch: room.etag });
  assert.equal(changed.access_level, "trusted");
  assert.equal(changed.expires_at, undefined);
  assert.notEqual(changed.etag, room.etag);
  assert.deepEqual(await user.retrieveRoom(created.id, { ifNoneMatch: room.etag }), changed);

  await user.deleteRoom(created.id, { ifMatch: changed.etag });
});

test("accesses: grant, list, remove", async () => {
  const room = await user.createRoom();
  assert.deepEqual(await user.grantAccess(room.id, { email: colleague, role: "member" }), {
    email: colleague,
    role: "member",
    created: true,
    provisional_user_created: false,
  });
  const { results } = await user.listAccesses(room.id);
  assert.deepEqual(results.map(({ role }) => role).sort(), ["member", "owner"]);
  await user.removeAccess(room.id, results.find(({ role }) => role === "member")?.id ?? "");
  assert.equal((await user.listAccesses(room.id)).results.length, 1);
  await user.deleteRoom(room.id);
});

test("a request has the id that it is given, or a new one, and asks for strictness where it is to", async () => {
  await user.listRooms({}, { requestId: "booking-4711", strict: true });
  const given = requests.at(-1);
  assert.equal(given?.headers.get("X-Request-Id"), "booking-4711");
  assert.equal(given.headers.get("Prefer"), "handling=strict");
  await user.listRooms();
  const made = requests.at(-1);
  assert.match(made?.headers.get("X-Request-Id") ?? "", /^[0-9a-f-]{36}$/);
  assert.equal(made?.headers.get("Prefer"), null);
});
