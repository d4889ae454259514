import assert from "node:assert/strict";
import { test } from "node:test";
import { colleague, failure, owner, recorded } from "./support.mjs";
import { UserNotFound } from "@suitenumerique/meet-external-api";

const TOKEN = "/application/token/";

test("many callers, one request; and none while the token lives", async (t) => {
  const { user, meet, to, issued } = recorded();
  await Promise.all(Array.from({ length: 20 }, () => user.listRooms()));
  await meet.user(owner).listRooms();
  assert.equal(to(TOKEN).length, 1);

  const { expires_in } = await issued();
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  t.mock.timers.tick((expires_in - 62) * 1000);
  await user.listRooms();
  assert.equal(to(TOKEN).length, 1);
  t.mock.timers.tick(3000);
  await Promise.all([user.listRooms(), user.listRooms()]);
  assert.equal(to(TOKEN).length, 2, "it is fetched anew a minute before it expires");
});

test("of a short life, the last tenth is left alone", async (t) => {
  const { user, to } = recorded({
    fetch: async (request) => {
      const answer = await fetch(request);
      if (!answer.url.endsWith(TOKEN)) return answer;
      return Response.json({ ...Object(await answer.json()), expires_in: 100 });
    },
  });
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  await user.listRooms();
  t.mock.timers.tick(89_000);
  await user.listRooms();
  assert.equal(to(TOKEN).length, 1);
  t.mock.timers.tick(1_000);
  await user.listRooms();
  assert.equal(to(TOKEN).length, 2);
});

test("each user and set of scopes has a token", async () => {
  const { meet, to } = recorded();
  await meet.user(owner, { scopes: ["rooms:list", "rooms:create"] }).listRooms();
  await meet.user(owner, { scopes: ["rooms:create", "rooms:list"] }).listRooms();
  assert.equal(to(TOKEN).length, 1);
  await meet.user(owner).listRooms();
  await meet.user(colleague).listRooms();
  assert.equal(to(TOKEN).length, 3);
});

test("a token that is refused is replaced, once for all who had it", async () => {
  const { meet, user, to, issued } = recorded();
  await user.listRooms();
  const { access_token } = await issued();
  await meet.revokeToken(access_token);
  await Promise.all(Array.from({ length: 5 }, () => user.listRooms()));
  assert.equal(to(TOKEN).length, 2);
});

test("a request for a token that fails is not kept", async () => {
  const { meet, to } = recorded();
  const nobody = meet.user("nobody@example.com");
  const [first, second] = await Promise.all([failure(nobody.listRooms(), UserNotFound), failure(nobody.listRooms(), UserNotFound)]);
  assert.equal(first, second);
  await failure(nobody.listRooms(), UserNotFound);
  assert.equal(to(TOKEN).length, 2);
});

test("who stops waiting for a token leaves it to the others", async () => {
  const { user, to } = recorded();
  const controller = new AbortController();
  const stopped = failure(user.listRooms({}, { signal: controller.signal }), DOMException);
  const other = user.listRooms();
  controller.abort();
  assert.equal((await stopped).name, "AbortError");
  await other;
  assert.equal(to(TOKEN).length, 1);
});
