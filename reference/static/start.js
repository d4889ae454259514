// The guided start: credentials, a token, the first room. The credentials stay in the fields of the page.
import { explain, send } from "./api.js";
import { base, make } from "./dom.js";
import { keepRooms, keepToken, left, token } from "./session.js";

export function guide() {
  const form = document.getElementById("guided-start");
  if (!form) return;
  const tokenResult = document.getElementById("token-result");
  const roomResult = document.getElementById("room-result");

  const showToken = () => {
    const kept = token();
    document.getElementById("step-token").classList.toggle("done", kept !== null);
    document.getElementById("step-credentials").classList.toggle("done", kept !== null);
    if (kept) tokenResult.replaceChildren(make("div", { class: "notice success" },
      make("p", {}, make("strong", {}, `A token for ${kept.user}.`), ` It expires in ${left(kept)}.`),
      make("p", {}, "Scopes: ", make("code", {}, kept.scope || "none"))));
  };

  form.addEventListener("submit", async event => {
    event.preventDefault();
    const { client_id, client_secret, email } = Object.fromEntries(new FormData(form));
    tokenResult.replaceChildren("…");
    const answer = await send("POST", "/application/token/", {
      body: new URLSearchParams({ grant_type: "client_credentials", client_id: client_id.trim(), client_secret: client_secret.trim(), scope: email.trim() }),
    });
    if (answer.status !== 200) {
      tokenResult.replaceChildren(await explain(answer));
      return;
    }
    keepToken(answer.json, email.trim());
    showToken();
    document.getElementById("create-room").focus();
  });

  document.getElementById("create-room").addEventListener("click", async () => {
    if (!token()) {
      roomResult.replaceChildren(make("div", { class: "notice warn" }, make("p", {}, "Get a token first, in step 1.")));
      return;
    }
    roomResult.replaceChildren("…");
    const answer = await send("POST", "/rooms/", { headers: { "Idempotency-Key": crypto.randomUUID?.() ?? `start-${Date.now()}` }, bearer: true });
    if (answer.status !== 201) {
      roomResult.replaceChildren(await explain(answer));
      return;
    }
    const room = answer.json;
    keepRooms([room]);
    document.getElementById("step-room").classList.add("done");
    roomResult.replaceChildren(make("div", { class: "notice success" },
      make("p", {}, make("strong", {}, "Room created.")),
      make("dl", { class: "facts" },
        make("dt", {}, "url"), make("dd", {}, room.url
          ? make("a", { href: room.url, target: "_blank", rel: "noopener noreferrer" }, room.url)
          : "none: the operator has not configured the address of Meet (APPLICATION_BASE_URL)"),
        make("dt", {}, "id"), make("dd", {}, make("code", {}, room.id))),
      make("p", {}, "Next: ", make("a", { href: `${base}/retrieveRoom#try` }, "read it"), ", ", make("a", { href: `${base}/updateRoom#try` }, "change it"),
        ", ", make("a", { href: `${base}/grantAccess#try` }, "share it"), ", ", make("a", { href: `${base}/deleteRoom#try` }, "delete it"), ".")));
  });

  showToken();
}
