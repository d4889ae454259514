import assert from "node:assert/strict";
import { test } from "node:test";
import * as meetApi from "@suitenumerique/meet-external-api";
import { clientSecret, colleague, failure, failures, limited, owner, recorded, url } from "./support.mjs";

const { meet, user } = recorded();
const answering = (/** @type {string} */ faults) => recorded({ faults }).user;

test("BadRequest has the errors by field, a text and the request id", async () => {
  const error = await failure(user.createRoom({ access_level: "public" }, { requestId: "booking-4711" }), meetApi.BadRequest);
  assert.equal(error.status, 400);
  assert.deepEqual(error.fields, { access_level: ["Public rooms are disabled for the external API."] });
  assert.equal(error.detail, "access_level: Public rooms are disabled for the external API.");
  assert.equal(error.requestId, "booking-4711");
  assert.equal(error.message, `createRoom: 400: ${error.detail} (request id booking-4711)`);
  assert.equal(error.name, "BadRequest");

  const attendees = await failure(user.createRoom({ attendees: [colleague, "nobody"] }), meetApi.BadRequest);
  assert.deepEqual(attendees.fields, { attendees: { 1: ["Enter a valid email address."] } });
  const scope = await failure(meet.generateToken("nobody"), meetApi.BadRequest);
  assert.equal(scope.detail, "Scope should be a valid email address.");
});

test("InvalidClient: a wrong secret", async () => {
  const wrong = recorded({ clientSecret: "wrong" });
  const failing = [wrong.user.listRooms(), wrong.meet.generateToken(owner), wrong.meet.introspectToken("t"), wrong.meet.revokeToken("t")];
  for (const { detail } of await failures(failing, meetApi.InvalidClient)) assert.equal(detail, "Invalid credentials");
});

test("Unauthenticated: a token that is refused, and a new one, too", async () => {
  const { user, to } = recorded({ faults: "401;on=listRooms, 401;on=listRooms" });
  assert.equal((await failure(user.listRooms(), meetApi.Unauthenticated)).status, 401);
  assert.equal(to("/application/token/").length, 2);
  assert.equal(to("/rooms/").length, 2);
});

test("InsufficientScope names the scope; DomainNotAllowed; Forbidden", async () => {
  const error = await failure(meet.user(owner, { scopes: ["rooms:list"] }).createRoom(), meetApi.InsufficientScope);
  assert.equal(error.scope, "rooms:create");
  assert(error instanceof meetApi.Forbidden);

  const domain = await failure(recorded(limited).meet.generateToken("somebody@example.org"), meetApi.DomainNotAllowed);
  assert(domain instanceof meetApi.Forbidden);

  const room = await user.createRoom({ attendees: [colleague] });
  await failure(meet.user(colleague).updateRoom(room.id, { access_level: "trusted" }), meetApi.Forbidden);
  await user.deleteRoom(room.id);
});

test("NotFound, and its kinds", async () => {
  const room = await user.createRoom();
  const id = crypto.randomUUID();
  const page = await failure(user.listRooms({ page: 10_000 }), meetApi.NotFound);
  assert.equal(page.detail, "Invalid page.");
  const users = [meet.generateToken("nobody@example.com"), user.grantAccess(room.id, { email: "nobody@example.com" })];
  const rooms = [
    user.retrieveRoom(id),
    user.retrieveRoom("neither a UUID nor a slug"),
    user.updateRoom(id, {}),
    user.deleteRoom(id),
    user.listAccesses(id),
    user.grantAccess(id, { email: colleague }),
    user.removeAccess(id, id),
  ];
  const accesses = [user.removeAccess(room.id, id), user.removeAccess(room.id, "no UUID")];
  const all = await Promise.all([
    failures(users, meetApi.UserNotFound),
    failures(rooms, meetApi.RoomNotFound),
    failures(accesses, meetApi.AccessNotFound),
  ]);
  for (const error of all.flat()) assert(error instanceof meetApi.NotFound);
  await user.deleteRoom(room.id);
});

test("Conflict, RoomChanged, IdempotencyKeyReused", async () => {
  const idempotencyKey = crypto.randomUUID();
  const room = await user.createRoom({}, { idempotencyKey });
  const [access] = (await user.listAccesses(room.id)).results;
  const last = await failure(user.removeAccess(room.id, access?.id ?? ""), meetApi.Conflict);
  assert.equal(last.detail, "A resource should keep at least one owner.");

  await failure(user.updateRoom(room.id, {}, { ifMatch: '"another"' }), meetApi.RoomChanged);
  await failure(user.deleteRoom(room.id, { ifMatch: '"another"' }), meetApi.RoomChanged);
  await failure(user.createRoom({ access_level: "restricted" }, { idempotencyKey }), meetApi.IdempotencyKeyReused);
  await user.deleteRoom(room.id);
});

test("Throttled has the seconds; Unavailable; ServerFault", async () => {
  const throttled = await failure(answering("429;seconds=31;on=listRooms").listRooms(), meetApi.Throttled);
  assert.equal(throttled.retryAfter, 31);
  assert.equal((await failure(answering("503;seconds=31;on=listRooms").listRooms(), meetApi.Unavailable)).retryAfter, 31);
  await failure(answering("500;on=listRooms").listRooms(), meetApi.ServerFault);
});

test("any other status, and an answer that is none of this API's", async () => {
  const large = await failure(user.createRoom({ configuration: { can_publish_sources: Array(10_000).fill("camera") } }), meetApi.MeetError);
  assert.equal(large.status, 413);
  const page = () => Promise.resolve(new Response("<html>", { headers: { "Content-Type": "text/html" } }));
  assert.equal((await failure(recorded({ fetch: page }).user.listRooms(), meetApi.MeetError)).status, 200);
  const gateway = () => Promise.resolve(new Response("<html>", { status: 404 }));
  assert.equal((await failure(recorded({ fetch: gateway }).user.listRooms(), meetApi.NotFound)).detail, "an answer with the status 404");
  // Nothing is sent on to another host.
  const elsewhere = () => Promise.resolve(new Response(null, { status: 307, headers: { Location: url } }));
  const { meet: redirected, requests } = recorded({ fetch: elsewhere });
  assert.equal((await failure(redirected.generateToken(owner), meetApi.MeetError)).status, 307);
  assert.equal(requests[0]?.redirect, "manual");
});

test("what makes no sense is refused, and not sent", async () => {
  const { user, requests } = recorded();
  for (const id of ["", ".", ".."]) await failure(user.removeAccess(crypto.randomUUID(), id), TypeError);
  await failure(user.createRoom({}, { idempotencyKey: "r\u00e9union" }), TypeError);
  await failure(user.listRooms({}, { requestId: "two\nlines" }), TypeError);
  assert.deepEqual(requests.filter(({ url }) => url.includes("/rooms/")), []);
  for (const url of ["", "meet.example.org", "ftp://meet.example.org"]) assert.throws(() => recorded({ url }), TypeError);
});

test("NoAnswer has the request id that the server's log has", async (t) => {
  t.mock.method(Math, "random", () => 0);
  const nowhere = recorded({ url: "http://127.0.0.1:1/external-api/v1.0" });
  const error = await failure(nowhere.meet.readKeys({ requestId: "booking-4711" }), meetApi.NoAnswer);
  assert.equal(error.status, undefined);
  assert.equal(error.requestId, "booking-4711");
  assert(error.cause instanceof Error);
  assert(!JSON.stringify(error).includes(clientSecret));
  assert.equal(nowhere.requests.length, 4);
});
