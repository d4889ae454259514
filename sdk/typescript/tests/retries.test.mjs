import assert from "node:assert/strict";
import { test } from "node:test";
import { Conflict, NoAnswer, RoomNotFound, ServerFault, Throttled, Unavailable } from "@suitenumerique/meet-external-api";
import { failure, instant, recorded } from "./support.mjs";

test("after 429 and 503 it waits as long as Retry-After says", async () => {
  const { user, to } = recorded({ faults: "503;on=listRooms;seconds=1" });
  const start = performance.now();
  await user.listRooms();
  assert(performance.now() - start >= 1000);
  assert.equal(to("/rooms/").length, 2);
});

test("it is sent four times, with one request id, and then gives the error of the last answer", async (t) => {
  const waits = instant(t, (milliseconds) => milliseconds === 7000);
  const { user, to } = recorded({ faults: "503;seconds=7;on=listRooms, 429;seconds=7;on=listRooms, 503;seconds=7;on=listRooms, 429;seconds=7;on=listRooms" });
  assert.equal((await failure(user.listRooms(), Throttled)).retryAfter, 7);
  assert.deepEqual(waits, [7000, 7000, 7000]);
  assert.equal(to("/rooms/").length, 4);
  assert.equal(new Set(to("/rooms/").map(({ headers }) => headers.get("X-Request-Id"))).size, 1);
});

test("a request for a token is repeated as any other", async (t) => {
  instant(t, (milliseconds) => milliseconds === 7000);
  const { user, to } = recorded({ faults: "503;seconds=7;on=generateToken" });
  await user.listRooms();
  assert.equal(to("/application/token/").length, 2);
});

test("a longer Retry-After than 30 seconds is not waited for", async () => {
  const { user, to } = recorded({ faults: "503;seconds=31;on=listRooms" });
  await failure(user.listRooms(), Unavailable);
  assert.equal(to("/rooms/").length, 1);
});

test("Retry-After may be a date, and may be missing", async (t) => {
  t.mock.method(Math, "random", () => 0.5);
  t.mock.timers.enable({ apis: ["Date"], now: Date.parse("2027-01-31T12:00:00Z") });
  const waits = instant(t, (milliseconds) => milliseconds === 7000 || milliseconds === 125);
  await recorded({ fetch: once(503, { "Retry-After": "Sun, 31 Jan 2027 12:00:07 GMT" }) }).user.listRooms();
  await recorded({ fetch: once(502, {}) }).user.listRooms();
  await recorded({ fetch: once(504, {}) }).user.listRooms();
  assert.deepEqual(waits, [7000, 125, 125]);
});

test("without Retry-After it waits a random part of 0.25, 0.5 and 1 seconds", async (t) => {
  t.mock.method(Math, "random", () => 0.5);
  const waits = instant(t, (milliseconds) => [125, 250, 500].includes(milliseconds));
  const { user, to } = recorded({ faults: "cut;on=listRooms, cut;on=listRooms, cut;on=listRooms" });
  await user.listRooms();
  assert.deepEqual(waits, [125, 250, 500]);
  assert.equal(to("/rooms/").length, 4);

  const gone = recorded({ faults: "cut;on=listRooms, cut;on=listRooms, cut;on=listRooms, cut;on=listRooms" });
  await failure(gone.user.listRooms(), NoAnswer);
  assert.equal(gone.to("/rooms/").length, 4);
});

test("a creation whose answer is lost makes one room", async (t) => {
  t.mock.method(Math, "random", () => 0);
  const { user, to, answers } = recorded({ faults: "lost;on=createRoom, lost;on=createRoom" });
  const since = new Date().toISOString();
  const room = await user.createRoom({ access_level: "restricted" });
  const keys = to("/rooms/").map(({ headers }) => headers.get("Idempotency-Key"));
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.equal(answers.at(-1)?.headers.get("Idempotent-Replayed"), "true");
  const made = [];
  for await (const { id } of user.rooms({ created_after: since, created_by: "me" })) made.push(id);
  assert.deepEqual(made, [room.id]);
  await user.deleteRoom(room.id);
});

test("an attempt whose token is refused does not count", async (t) => {
  t.mock.method(Math, "random", () => 0);
  const { user, to } = recorded({ faults: "cut;on=listRooms, 401;on=listRooms, cut;on=listRooms, cut;on=listRooms" });
  await user.listRooms();
  assert.equal(to("/rooms/").length, 5);
});

test("a creation is repeated after 409, a change is not", async (t) => {
  t.mock.method(Math, "random", () => 0);
  const { user, to } = recorded({ faults: "409;on=createRoom, 409;on=updateRoom" });
  const room = await user.createRoom();
  assert.equal(to("/rooms/").length, 2);
  await failure(user.updateRoom(room.id, {}), Conflict);
  assert.equal(to(`/${room.id}/`).length, 1);
  await user.deleteRoom(room.id);
});

test("a deletion whose answer is lost has been done; one of a room that was not there has not", async (t) => {
  t.mock.method(Math, "random", () => 0);
  const { user, to } = recorded({ faults: "lost;on=deleteRoom" });
  const room = await user.createRoom();
  await user.deleteRoom(room.id);
  assert.equal(to(`/${room.id}/`).length, 2);
  await failure(user.deleteRoom(room.id), RoomNotFound);
});

test("a fault of the server is not repeated", async () => {
  const { user, to } = recorded({ faults: "500;on=listRooms" });
  await failure(user.listRooms(), ServerFault);
  assert.equal(to("/rooms/").length, 1);
});

test("30 seconds without an answer are none", async (t) => {
  const waits = instant(t, (milliseconds) => milliseconds === 30_000);
  t.mock.method(Math, "random", () => 0);
  const silent = (/** @type {any} */ request) =>
    new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason)));
  const { meet } = recorded({ fetch: silent });
  assert.equal((await failure(meet.readKeys(), NoAnswer)).detail, "no answer within 30 seconds");
  assert.equal(waits.length, 4);
});

test("a signal ends an operation that waits for an answer", async () => {
  const controller = new AbortController();
  const reason = new Error("the booking was cancelled");
  const { user, to } = recorded({
    faults: "slow;seconds=20;on=listRooms",
    fetch: (request) => {
      const answer = fetch(request);
      if (to("/rooms/").length > 0) controller.abort(reason);
      return answer;
    },
  });
  const start = performance.now();
  assert.equal(await failure(user.listRooms({}, { signal: controller.signal }), Error), reason);
  assert(performance.now() - start < 15_000);
  assert.equal(to("/rooms/").length, 1);
});

test("a signal ends an operation that waits to be repeated, or has not begun", async (t) => {
  const { user, to, requests } = recorded({ faults: "503;seconds=20;on=listRooms" });
  const controller = new AbortController();
  const real = setTimeout;
  t.mock.method(globalThis, "setTimeout", (/** @type {() => void} */ done, /** @type {number} */ milliseconds) => {
    if (milliseconds === 20_000) queueMicrotask(() => controller.abort());
    return real(done, milliseconds);
  });
  assert.equal((await failure(user.listRooms({}, { signal: controller.signal }), DOMException)).name, "AbortError");
  assert.equal(to("/rooms/").length, 1);

  const before = requests.length;
  await failure(user.listRooms({}, { signal: controller.signal }), DOMException);
  assert.equal(requests.length, before);
});

/**
 * The server, but for the first request for rooms.
 *
 * @param {number} status
 * @param {Record<string, string>} headers
 * @returns {typeof fetch}
 */
function once(status, headers) {
  let done = false;
  return (input, init) => {
    if (done || !(input instanceof Request) || !input.url.includes("/rooms/")) return fetch(input, init);
    done = true;
    return Promise.resolve(new Response("", { status, headers }));
  };
}
