import { errorOf } from "./error_of.js";
import { NoAnswer } from "./errors.js";
import type { Client } from "./generated/client/index.js";

const ATTEMPTS = 4;
const ANSWER_WITHIN = 30_000;
const LONGEST_WAIT = 30;
const FIRST_WAIT = 250;
const AGAIN = new Set([429, 502, 503, 504]);

/** What every operation takes. */
export interface CallOptions {
  /** Ends the operation, its waits too; it then fails with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Your own id of the request, for the server's log: 1 to 128 characters of `A-Za-z0-9._-`. A new UUID where you give none. */
  requestId?: string | undefined;
  /** Have unknown members and parameters refused by name, rather than ignored. */
  strict?: boolean | undefined;
}

/** What a generated operation is called with, beside its own parameters. */
export interface Request {
  client: Client;
  auth?: string;
  headers: { "X-Request-Id": string; Prefer?: string };
  signal: AbortSignal;
}

/** What a generated operation gives: `error` also where no answer came, without a `response` then. */
export interface Outcome<T> {
  data?: T | undefined;
  error?: unknown;
  response?: Response;
}

/** Where the token of an operation comes from. */
export interface TokenSource {
  get(): Promise<string>;
  /** Told of a token that was refused. */
  discard(token: string): void;
}

/** What is done once, and how. */
export interface Call<T> {
  operation: string;
  client: Client;
  /** Absent where client credentials authenticate, or nothing does. */
  tokens?: TokenSource;
  options: CallOptions;
  send(request: Request): Promise<Outcome<T>>;
}

/** An answer: its data, and its headers. */
export interface Answer<T> {
  data: T;
  response: Response;
}

/** A UUID where the platform has them (Node 19, browsers on https), else as many random digits: it has to be unique, and no secret. */
export const unique = (): string =>
  globalThis.crypto?.randomUUID?.() ?? Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join("");

/**
 * Sends a request as often as sdk/README.md says.
 *
 * @returns The answer, where it is a good one, or the 304 that was asked for.
 * @throws {MeetError} Or the reason of the signal, where that ended it.
 */
export async function send<T>(call: Call<T>): Promise<Answer<T>> {
  const { operation, client, tokens, options } = call;
  const { signal } = options;
  const requestId = sendable("requestId", options.requestId ?? unique());
  const headers = { "X-Request-Id": requestId, ...(options.strict && { Prefer: "handling=strict" }) };
  let renewed = false;
  let unanswered = false;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const token = tokens && (await until(tokens.get(), signal));
    const auth = token === undefined ? {} : { auth: token };
    const { data, error, response } = await answered(signal, (limited) => call.send({ client, headers, signal: limited, ...auth }));
    signal?.throwIfAborted();

    // Where the connection ended amid the answer, there is a response, and an error that no server sent.
    if (!response || (error instanceof Error && !(error instanceof SyntaxError))) {
      unanswered = true;
      if (attempt >= ATTEMPTS) {
        const failure = { operation, status: undefined, detail: messageOf(error), fields: {}, requestId, retryAfter: undefined };
        throw new NoAnswer(failure, { cause: error });
      }
      await pause(backoff(attempt), signal);
      continue;
    }
    if ((response.ok && error === undefined) || response.status === 304) return { data: data as T, response };
    if (response.status === 404 && unanswered && isDeletion(operation)) return { data: undefined as T, response };
    if (response.status === 401 && token !== undefined && !renewed) {
      renewed = true;
      tokens?.discard(token);
      attempt--;
      continue;
    }
    const seconds = retryAfter(response);
    const again = AGAIN.has(response.status) || (response.status === 409 && operation === "createRoom");
    if (!again || attempt >= ATTEMPTS || (seconds ?? 0) > LONGEST_WAIT)
      throw errorOf({ operation, requestId, byCredentials: !tokens }, response, error, seconds);
    await pause(seconds === undefined ? backoff(attempt) : seconds * 1000, signal);
  }
}

/** A value of a header. What is not printable ASCII the platform would refuse, or the server, and a retry be of no use. */
export function sendable(name: string, value: string): string {
  if (!/^[ -~]*$/.test(value)) throw new TypeError(`${name} has printable ASCII characters only`);
  return value;
}

const isDeletion = (operation: string): boolean => operation === "deleteRoom" || operation === "removeAccess";

const messageOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : "the connection failed";
};

const backoff = (attempt: number): number => Math.random() * FIRST_WAIT * 2 ** (attempt - 1);

/** The seconds of Retry-After, which may be a date (RFC 9110, section 10.2.3); undefined where there are none. */
function retryAfter(answer: Response): number | undefined {
  const header = answer.headers.get("Retry-After") ?? "";
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.max(0, (Date.parse(header) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : seconds;
}

/** Runs with a signal that ends with the given one, or where no answer comes in time. */
async function answered<T>(signal: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  const timer = setTimeout(() => controller.abort(new Error(`no answer within ${ANSWER_WITHIN / 1000} seconds`)), ANSWER_WITHIN);
  signal?.addEventListener("abort", abort);
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout>;
  return until(
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    }),
    signal,
  ).finally(() => clearTimeout(timer));
}

/** Waits for a promise, or for the end of the signal, which does not end what the promise stands for. */
function until<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
