// Requests to this server, and what to change after one that was turned down.
import { api, base, make } from "./dom.js";
import { forgetToken, token } from "./session.js";

// send makes a request and is { status, text, json, headers, id, time }; without an answer, status is 0.
export async function send(method, path, { headers = {}, body, bearer = false } = {}) {
  const kept = token();
  const began = performance.now();
  try {
    const answer = await fetch(api + path, {
      method, body, headers: bearer && kept ? { ...headers, Authorization: `Bearer ${kept.token}` } : headers,
      credentials: "omit", cache: "no-store", redirect: "error",
    });
    const text = await answer.text();
    const time = Math.round(performance.now() - began);
    if (bearer && answer.status === 401) forgetToken();
    return { status: answer.status, reason: answer.statusText, text, json: parse(text), headers: [...answer.headers], id: answer.headers.get("X-Request-Id"), time };
  } catch {
    return { status: 0, text: "", json: null, headers: [], id: null, time: Math.round(performance.now() - began) };
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// messages are [field, text] of the body of an error; of no field, where it is about none.
function messages(body) {
  if (typeof body !== "object" || body === null) return [];
  const { error, error_description, detail, ...fields } = body;
  const found = Object.entries(fields).flatMap(([field, value]) => texts(value).map(text => [field, text]));
  return found.length || typeof detail !== "string" ? found : [["", detail]];
}

const texts = value => typeof value === "string" ? [value] : typeof value === "object" && value ? Object.values(value).flatMap(texts) : [];

let known;

// explanation is the line of docs/errors.md for a text; the longest that fits, since some begin as others are.
async function explanation(status, text) {
  known ||= fetch(`${base}/errors.json`).then(answer => answer.json()).catch(() => {
    known = undefined; // to be asked for again
    return [];
  });
  const fits = e => new RegExp(`^(?:.*: )?${e.text.split("…").map(literal).join(".+")}`, "s").test(text);
  const lines = (await known).filter(e => e.status === String(status) && fits(e));
  return lines.sort((a, b) => b.text.length - a.text.length)[0];
}

const literal = text => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

// explain is a notice about an answer that is none of those that were asked for.
export async function explain(answer) {
  const notice = make("div", { class: "notice error" });
  if (answer.status === 0) {
    notice.append(make("p", {}, make("strong", {}, "No answer."), " Check that the server is running, and try again."));
    return notice;
  }
  notice.append(make("p", {}, make("strong", {}, `${answer.status} ${answer.reason}`)));
  for (const [field, text] of messages(answer.json)) {
    const line = await explanation(answer.status, text);
    notice.append(make("p", {}, field ? make("code", {}, field) : null, field ? ": " : "", text));
    if (line) notice.append(make("p", {}, `Why: ${line.why}. `, make("strong", {}, "What to change: "), line.change, " ",
      make("a", { href: `${base}/errors#${line.section}` }, "More")));
  }
  const wait = answer.headers.find(([name]) => name === "retry-after");
  if (wait) notice.append(make("p", {}, `Try again in ${wait[1]} s.`));
  if (answer.id) notice.append(make("p", { class: "hint" }, "Request id, for the operator: ", make("code", {}, answer.id)));
  return notice;
}
