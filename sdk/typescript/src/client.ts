import { createClient, type Client } from "./generated/client/index.js";
import * as operations from "./generated/sdk.gen.js";
import type { Introspection, KeySet, Metadata, TokenResponse } from "./generated/types.gen.js";
import { send, type CallOptions, type Outcome, type Request } from "./send.js";
import { Tokens } from "./tokens.js";
import { User } from "./user.js";

/** The permission scopes that there are; an operator may know more. */
export type Scope =
  | "rooms:list"
  | "rooms:retrieve"
  | "rooms:create"
  | "rooms:update"
  | "rooms:delete"
  | "rooms:grant-access"
  | (string & {});

/** What a client is made with. */
export interface MeetOptions {
  /** The address of the API, such as `https://meet.example.org/external-api/v1.0`. */
  url: string;
  clientId: string;
  /** Keep it on a server: never in a browser or an app. */
  clientSecret: string;
  /** In place of the platform's `fetch`: for a proxy, for traces, for tests. It gets a `Request`. */
  fetch?: typeof globalThis.fetch;
}

/** Which token is asked for. */
export interface TokenOptions extends CallOptions {
  /** Permission scopes to narrow the token to; without any, it has all of the application. */
  scopes?: readonly Scope[] | undefined;
}

/** An application that is registered with a Meet instance. */
export class Meet {
  readonly url: string;
  readonly clientId: string;
  readonly #clientSecret: string;
  readonly #client: Client;
  readonly #tokens = new Tokens((scope) => this.#generateToken(scope, {}));

  constructor({ url, clientId, clientSecret, fetch }: MeetOptions) {
    if (!/^https?:$/.test(new URL(url).protocol)) throw new TypeError("The url begins neither with https:// nor with http://");
    this.url = url.replace(/\/+$/, "");
    this.clientId = clientId;
    this.#clientSecret = clientSecret;
    // What follows a redirection may take a secret to another host.
    this.#client = createClient({ baseUrl: this.url, parseAs: "json", redirect: "manual", ...(fetch && { fetch }) });
  }

  /**
   * The client that acts for a user.
   *
   * @param email The address of the user.
   * @param options.scopes Permission scopes to narrow its tokens to; without any, they have all of the application.
   */
  user(email: string, options: { scopes?: readonly Scope[] } = {}): User {
    const scope = scopeOf(email, options.scopes);
    return new User(email, this.#client, {
      get: () => this.#tokens.get(scope),
      discard: (token) => this.#tokens.discard(scope, token),
    });
  }

  /**
   * A new token to act for a user, which is yours to keep. A `User` fetches its own.
   *
   * @throws {InvalidClient | UserNotFound | DomainNotAllowed | BadRequest}
   */
  generateToken(email: string, options: TokenOptions = {}): Promise<TokenResponse> {
    return this.#generateToken(scopeOf(email, options.scopes), options);
  }

  /** What a token is good for; `active` is false for one that has expired, was revoked, or is another application's. */
  introspectToken(token: string, options: CallOptions = {}): Promise<Introspection> {
    return this.#send("introspectToken", options, (request) =>
      operations.introspectToken({ ...request, body: { ...this.#credentials(), token } }),
    );
  }

  /** Revokes a token; one that is not valid any more is no error. */
  async revokeToken(token: string, options: CallOptions = {}): Promise<void> {
    await this.#send("revokeToken", options, (request) =>
      operations.revokeToken({ ...request, body: { ...this.#credentials(), token } }),
    );
  }

  /** What OAuth libraries need to know (RFC 8414). */
  readMetadata(options: CallOptions = {}): Promise<Metadata> {
    return this.#send("readMetadata", options, (request) => operations.readMetadata(request));
  }

  /** The public keys of tokens (RFC 7517). */
  readKeys(options: CallOptions = {}): Promise<KeySet> {
    return this.#send("readKeys", options, (request) => operations.readKeys(request));
  }

  #credentials() {
    return { client_id: this.clientId, client_secret: this.#clientSecret };
  }

  #generateToken(scope: string, options: CallOptions): Promise<TokenResponse> {
    return this.#send("generateToken", options, (request) =>
      operations.generateToken({ ...request, body: { ...this.#credentials(), grant_type: "client_credentials", scope } }),
    );
  }

  async #send<T>(operation: string, options: CallOptions, run: (request: Request) => Promise<Outcome<T>>): Promise<T> {
    return (await send({ operation, client: this.#client, options, send: run })).data;
  }
}

/** One spelling for each user and set of scopes. */
const scopeOf = (email: string, scopes: readonly Scope[] = []): string => [email, ...[...new Set(scopes)].sort()].join(" ");
