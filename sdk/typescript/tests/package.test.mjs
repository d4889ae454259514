import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { inspect } from "node:util";
import { clientSecret, recorded } from "./support.mjs";

const directory = new URL("../node_modules/@suitenumerique/meet-external-api/", import.meta.url);

test("what is packed: programs, types, README and licenses, and no dependency", () => {
  const files = readdirSync(directory, { recursive: true }).map(String);
  assert.deepEqual(files.filter((file) => !file.startsWith("dist")).sort(), ["LICENSE", "NOTICE", "README.md", "package.json"]);
  for (const file of files.filter((name) => name.endsWith(".js"))) assert(files.includes(file.replace(/\.js$/, ".d.ts")), file);
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(new URL("package.json", directory), "utf8"));
  assert.deepEqual([dependencies, peerDependencies], [undefined, undefined]);
});

test("no secret and no token is shown", async () => {
  const { meet, user, issued } = recorded();
  await user.listRooms();
  const { access_token } = await issued();
  for (const shown of [meet, user]) {
    const text = inspect(shown, { depth: null, showHidden: true }) + JSON.stringify(shown) + String(shown);
    assert(!text.includes(clientSecret));
    assert(!text.includes(access_token));
  }
});
