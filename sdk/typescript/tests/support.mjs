import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Meet } from "@suitenumerique/meet-external-api";

const variable = (/** @type {string} */ name) => process.env[name] ?? assert.fail(`${name} is not set`);

export const url = variable("MEET_URL");
export const clientId = variable("CLIENT_ID");
export const clientSecret = variable("CLIENT_SECRET");
export const limited = { clientId: variable("LIMITED_CLIENT_ID"), clientSecret: variable("LIMITED_CLIENT_SECRET") };
export const owner = variable("USER_EMAIL");
export const colleague = variable("COLLEAGUE_EMAIL");

/**
 * A client whose requests and answers are kept, and may be faulty.
 *
 * @param {Partial<import("@suitenumerique/meet-external-api").MeetOptions> & { faults?: string }} options `faults`, in the order in which
 *   they come, each once, as the header Sandbox-Fault has them.
 */
export function recorded({ faults, ...options } = {}) {
  /** @type {Request[]} */
  const requests = [];
  /** @type {Response[]} */
  const answers = [];
  const run = randomUUID();
  const passOn = options.fetch ?? fetch;
  const meet = new Meet({
    url,
    clientId,
    clientSecret,
    ...options,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      if (faults) {
        request.headers.set("Sandbox-Fault", faults);
        request.headers.set("Sandbox-Run", run);
      }
      requests.push(request.clone());
      const answer = await passOn(request);
      answers.push(answer.clone());
      return answer;
    },
  });
  const to = (/** @type {string} */ end) => requests.filter((request) => new URL(request.url).pathname.endsWith(end));
  /** What the first request got, where that was for a token. */
  const issued = async () => {
    const body = /** @type {import("@suitenumerique/meet-external-api").TokenResponse | undefined} */ (await answers[0]?.clone().json());
    return body ?? assert.fail("no token");
  };
  return { meet, user: meet.user(owner), requests, answers, to, issued };
}

/**
 * The error that something fails with.
 *
 * @template {Error} E
 * @param {Promise<unknown>} failing
 * @param {new (...parameters: any[]) => E} type Exactly this one, and none derived from it.
 */
export async function failure(failing, type) {
  const error = await failing.then(
    () => assert.fail(`no ${type.name}`),
    (/** @type {unknown} */ reason) => reason,
  );
  assert.equal(error?.constructor, type, String(error));
  return /** @type {E} */ (error);
}

/**
 * @template {Error} E
 * @param {Promise<unknown>[]} failing
 * @param {new (...parameters: any[]) => E} type
 */
export const failures = (failing, type) => Promise.all(failing.map((one) => failure(one, type)));

/**
 * Has timers end at once, and tells how long they were to be.
 *
 * @param {import("node:test").TestContext} t
 * @param {(milliseconds: number) => boolean} which
 */
export function instant(t, which) {
  /** @type {number[]} */
  const waits = [];
  const real = setTimeout;
  t.mock.method(globalThis, "setTimeout", (/** @type {() => void} */ done, milliseconds = 0) => {
    if (!which(milliseconds)) return real(done, milliseconds);
    waits.push(milliseconds);
    return real(done, 0);
  });
  return waits;
}
