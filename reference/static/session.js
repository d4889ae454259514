// What this tab keeps: the token, until it ends, and the rooms that were made or listed with it. Never a secret.
import { base, make } from "./dom.js";
import { recall, remember } from "./storage.js";

// token is { token, user, scope, ends } or null: none, or none any more.
export function token() {
  const kept = recall(sessionStorage, "token");
  return kept && kept.ends > Date.now() ? kept : null;
}

export function keepToken(answer, user) {
  remember(sessionStorage, "token", { token: answer.access_token, user, scope: answer.scope || "", ends: Date.now() + answer.expires_in * 1000 });
  remember(sessionStorage, "rooms", null);
  showToken();
}

export function forgetToken() {
  remember(sessionStorage, "token", null);
  remember(sessionStorage, "rooms", null);
  showToken();
}

// rooms are { id, slug }, the newest first.
export const rooms = () => recall(sessionStorage, "rooms") || [];

export function keepRooms(found) {
  const known = new Map([...found, ...rooms()].map(({ id, slug }) => [id, { id, slug }]));
  remember(sessionStorage, "rooms", [...known.values()].slice(0, 50));
}

export const dropRoom = id => remember(sessionStorage, "rooms", rooms().filter(room => room.id !== id && room.slug !== id));

// left says how long a token lives yet.
export function left(kept) {
  const minutes = Math.floor((kept.ends - Date.now()) / 60000);
  return minutes < 1 ? "less than a minute" : minutes === 1 ? "1 minute" : `${minutes} minutes`;
}

// showToken says in the head of the page whether there is one, and again every half minute.
export function showToken() {
  const state = document.getElementById("token-state");
  const kept = token();
  state.replaceChildren(...kept
    ? [make("span", { class: "dot good" }), make("span", { class: "who" }, `${kept.user}, ${left(kept)}`),
      make("button", { class: "plain", "aria-label": "Forget the token", onclick: () => { forgetToken(); location.reload(); } }, "Forget")]
    : [make("span", { class: "dot" }), make("a", { href: `${base}#step-credentials` }, "No token yet")]);
  clearTimeout(showToken.again);
  showToken.again = setTimeout(showToken, 30000);
}
