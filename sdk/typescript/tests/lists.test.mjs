import assert from "node:assert/strict";
import { test } from "node:test";
import { failure, recorded } from "./support.mjs";

test("a server that lists by page alone is told from one that has no more", async () => {
  const { user } = recorded({
    fetch: (/** @type {any} */ request) =>
      request.url.includes("/rooms/") ? Promise.resolve(Response.json({ next: "https://meet.example.org/rooms/?page=2", results: [] })) : fetch(request),
  });
  await failure(user.rooms().next(), Error);
});

test("all rooms, page by page, as they are read", async () => {
  const { user, to } = recorded();
  const since = new Date().toISOString();
  const made = await Promise.all(Array.from({ length: 5 }, () => user.createRoom()));
  const pages = () => to("/rooms/").filter(({ method }) => method === "GET").length;
  try {
    const listed = [];
    for await (const room of user.rooms({ page_size: 2, created_after: since, created_by: "me" })) listed.push(room.id);
    assert.deepEqual(listed, made.map(({ id }) => id).sort());
    assert.equal(pages(), 3);

    for await (const room of user.rooms({ page_size: 2 })) {
      assert(room.id);
      break;
    }
    assert.equal(pages(), 4, "what is not read is not fetched");
  } finally {
    await Promise.all(made.map(({ id }) => user.deleteRoom(id)));
  }
});
