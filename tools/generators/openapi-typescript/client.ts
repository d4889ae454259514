import assert from "node:assert";
import createClient from "openapi-fetch";
import type { paths } from "./meet";

const { MEET_URL, CLIENT_ID, CLIENT_SECRET, USER_EMAIL } = process.env as Record<string, string>;
const client = createClient<paths>({ baseUrl: MEET_URL! });

const token = (client_secret: string) =>
  client.POST("/application/token/", {
    body: { client_id: CLIENT_ID, client_secret, grant_type: "client_credentials", scope: USER_EMAIL! },
  });

async function main(): Promise<void> {
  const wrong = await token("wrong");
  assert(wrong.error && "error" in wrong.error);
  assert.equal(wrong.error.error, "invalid_client");
  const right = await token(CLIENT_SECRET!);
  assert(right.data);
  const { access_token } = right.data;
  client.use({
    onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${access_token}`);
    },
  });

  const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000);
  const { data: created } = await client.POST("/rooms/", {
    body: { access_level: "restricted", configuration: { can_publish_sources: ["microphone"] }, expires_at: tomorrow.toISOString() },
  });
  assert(created?.expires_at);
  assert.deepEqual(new Date(created.expires_at), tomorrow);
  assert.deepEqual(created.configuration.can_publish_sources, ["microphone"]);
  const { data: list } = await client.GET("/rooms/", { params: { query: { page_size: 100 } } });
  assert(list?.results.some((room) => room.id === created.id));
  const path = { id: created.id };
  const { data: read } = await client.GET("/rooms/{id}/", { params: { path } });
  assert.deepEqual(read, created);

  const { data: changed } = await client.PATCH("/rooms/{id}/", {
    params: { path },
    body: { access_level: "trusted", configuration: { everyone_can_mute: false }, expires_at: null },
  });
  assert(changed);
  assert.equal(changed.access_level, "trusted");
  assert.equal(changed.configuration.everyone_can_mute, false);
  assert.equal(changed.expires_at, undefined);

  const { error } = await client.PATCH("/rooms/{id}/", { params: { path }, body: { access_level: "public" } });
  assert(error && "access_level" in error);
  assert.deepEqual(error.access_level, ["Public rooms are disabled for the external API."]);

  const { data: page } = await client.GET("/rooms/", {
    params: { query: { cursor: "", role: ["owner", "administrator"], created_after: "2026-01-01T00:00:00Z" } },
  });
  assert(page?.results.some((room) => room.id === created.id) && page.count === undefined);
  assert.equal((await client.DELETE("/rooms/{id}/", { params: { path } })).response.status, 204);
  const { error: gone } = await client.GET("/rooms/{id}/", { params: { path } });
  assert(gone && "detail" in gone);
  assert.equal(gone.detail, "No Room matches the given query.");
}

void main();
