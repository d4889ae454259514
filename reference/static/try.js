// "Try it": the request of an operation, made of what the reader fills in, and its answer.
import { explain, send } from "./api.js";
import { base, make, server } from "./dom.js";
import { copyButtons } from "./samples.js";
import { dropRoom, forgetToken, keepRooms, keepToken, rooms, token } from "./session.js";

export function tryIt() {
  const details = document.querySelector("details.try");
  if (!details) return;
  const form = details.querySelector("form");
  const result = document.getElementById("try-result");
  const field = name => document.getElementById(`try-${name}`);
  const bearer = form.dataset.authentication === "bearer";

  if (location.hash === "#try") details.open = true;
  prepare(form, field, result);
  field("example")?.addEventListener("change", event => { field("body").value = event.target.value; });

  form.addEventListener("submit", async event => {
    event.preventDefault();
    if (bearer && !token()) {
      result.replaceChildren(make("div", { class: "notice warn" },
        make("p", {}, "This operation needs a token. ", make("a", { href: `${base}#step-credentials` }, "Get one"), ", and it is used here automatically.")));
      return;
    }
    const request = requestOf(form);
    result.replaceChildren("…");
    const answer = await send(form.dataset.method, request.path, { headers: request.headers, body: request.body, bearer });
    learn(form.dataset.operation, answer, request, field);
    result.replaceChildren(...await show(answer), curl(form.dataset.method, request, bearer));
    copyButtons(result);
  });
}

// prepare fills in what this tab knows: rooms, the token, the user.
function prepare(form, field, result) {
  const id = field("id");
  if (id) {
    id.setAttribute("list", "known-rooms");
    id.parentElement.append(make("datalist", { id: "known-rooms" }), make("p", { class: "offers" },
      make("button", { type: "button", class: "second", onclick: () => offerRooms(id, result) }, "Use one of my rooms"),
      make("button", { type: "button", class: "second", onclick: () => makeRoom(id, result) }, "Create a room")));
    listRooms(id);
  }
  const access = field("access_id");
  if (access) access.parentElement.append(make("p", { class: "offers" },
    make("button", { type: "button", class: "second", onclick: () => offerAccesses(id, access, result) }, "Use one of the room's accesses")));
  const kept = token();
  if (!kept) return;
  if (field("token")) field("token").value = kept.token;
  if (field("scope")) field("scope").value = kept.user;
  if (field("body")) field("body").value = field("body").value.replace('"bob@example.com"', JSON.stringify(kept.user));
}

// listRooms offers the rooms that the tab knows, and takes the newest.
function listRooms(id) {
  id.list.replaceChildren(...rooms().map(room => make("option", { value: room.id }, room.slug)));
  if (!id.value && rooms().length) id.value = rooms()[0].id;
}

const needsToken = result => token() || (result.replaceChildren(make("div", { class: "notice warn" },
  make("p", {}, "This operation needs a token. ", make("a", { href: `${base}#step-credentials` }, "Get one"), "."))), null);

async function offerRooms(id, result) {
  if (!needsToken(result)) return;
  const answer = await send("GET", "/rooms/?cursor=&page_size=50", { bearer: true });
  if (answer.status !== 200) return result.replaceChildren(await explain(answer));
  keepRooms(answer.json.results);
  result.replaceChildren(answer.json.results.length ? "" : "You have no rooms yet: create one.");
  id.value = answer.json.results[0]?.id ?? "";
  listRooms(id);
  id.focus();
}

async function makeRoom(id, result) {
  if (!needsToken(result)) return;
  const answer = await send("POST", "/rooms/", { bearer: true });
  if (answer.status !== 201) return result.replaceChildren(await explain(answer));
  keepRooms([answer.json]);
  id.value = answer.json.id;
  listRooms(id);
  result.replaceChildren(`Room ${answer.json.slug} created.`);
  id.focus();
}

async function offerAccesses(id, access, result) {
  if (!needsToken(result)) return;
  if (!id.reportValidity()) return;
  const answer = await send("GET", `/rooms/${encodeURIComponent(id.value)}/accesses/`, { bearer: true });
  if (answer.status !== 200) return result.replaceChildren(await explain(answer));
  access.value = answer.json.results.at(-1)?.id ?? "";
  access.focus();
}

// requestOf is the path with its parameters, the headers, and the body.
function requestOf(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams(), body = new URLSearchParams(), headers = {};
  let text;
  for (const input of form.querySelectorAll("[data-in]")) {
    const values = input.multiple ? [...input.selectedOptions].map(option => option.value) : [input.value.trim()];
    for (const value of values.filter(value => value !== "")) {
      if (input.dataset.in === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(value));
      if (input.dataset.in === "query") query.append(input.name, value);
      if (input.dataset.in === "header") headers[input.name] = value;
      if (input.dataset.in === "form") body.append(input.name, value);
      if (input.dataset.in === "body") { text = value; headers["Content-Type"] = "application/json"; }
    }
  }
  return { path: query.size ? `${path}?${query}` : path, headers, body: body.size ? body : text };
}

// learn keeps what an answer tells for the next request.
function learn(operation, answer, request, field) {
  if (operation === "generateToken" && answer.status === 200) {
    keepToken(answer.json, request.body.get("scope").split(" ").find(word => word.includes("@")));
  }
  if (operation === "revokeToken" && answer.status === 200 && request.body.get("token") === token()?.token) forgetToken();
  if (operation === "listRooms" && answer.status === 200) keepRooms(answer.json.results);
  if (answer.json?.slug && answer.status < 300) keepRooms([answer.json]);
  if (operation === "deleteRoom" && (answer.status === 204 || answer.status === 404)) {
    dropRoom(field("id").value);
    field("id").value = "";
    listRooms(field("id"));
  }
}

async function show(answer) {
  if (answer.status === 0) return [await explain(answer)];
  const good = answer.status < 400;
  const parts = [make("p", { class: "row answer-line" }, make("span", { class: `status ${good ? "good" : "bad"}` }, `${answer.status} ${answer.reason}`),
    make("span", { class: "muted" }, `${answer.time} ms`), make("span", { class: "muted" }, "request id ", make("code", {}, answer.id ?? "none")))];
  if (!good) parts.push(await explain(answer));
  if (answer.text) parts.push(block(answer.json ? JSON.stringify(answer.json, null, 2) : answer.text, "Body of the answer"));
  parts.push(make("details", {}, make("summary", {}, `${answer.headers.length} headers`),
    block(answer.headers.map(([name, value]) => `${name}: ${value}`).join("\n"), "Headers of the answer")));
  return parts;
}

const block = (text, label) => make("div", { class: "code" }, make("pre", { tabindex: "0", role: "group", "aria-label": label }, make("code", {}, text)));

// curl is the same request for a terminal. The token and the secret are left to variables of it.
function curl(method, request, bearer) {
  const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = [`curl -sSi${method === "GET" ? "" : ` -X ${method}`} ${quoted(server + request.path)}`];
  if (bearer) lines.push('-H "Authorization: Bearer $TOKEN"');
  for (const [name, value] of Object.entries(request.headers)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (request.body instanceof URLSearchParams) {
    for (const [name, value] of request.body) {
      lines.push(`--data-urlencode ${{ client_secret: '"client_secret=$CLIENT_SECRET"', token: '"token=$TOKEN"' }[name] ?? quoted(`${name}=${value}`)}`);
    }
  } else if (request.body) lines.push(`-d ${quoted(request.body)}`);
  return make("details", {}, make("summary", {}, "The same with curl"), block(lines.join(" \\\n  "), "The same with curl"));
}
