import type { Client } from "./generated/client/index.js";
import * as operations from "./generated/sdk.gen.js";
import type {
  AccessGrant,
  AccessList,
  GrantedAccess,
  ListRoomsData,
  Room,
  RoomCreate,
  RoomList,
  RoomUpdate,
} from "./generated/types.gen.js";
import { send, sendable, unique, type Answer, type CallOptions, type Outcome, type Request, type TokenSource } from "./send.js";

/** A room with the `ETag` that it has now, for `ifMatch` and `ifNoneMatch`. */
export type TaggedRoom = Room & { etag: string };

/** Which rooms are listed, and how many by one request; what is left out does not matter. */
export type RoomFilter = Omit<RoomQuery, "page" | "cursor">;

/** Which rooms are listed, and which page of them. */
export type RoomQuery = NonNullable<ListRoomsData["query"]>;

export interface CreateOptions extends CallOptions {
  /** The name of this creation: the same one makes no second room within 24 hours. A new UUID where you give none. */
  idempotencyKey?: string | undefined;
}

export interface MatchOptions extends CallOptions {
  /** The `etag` of the room as you know it: where it has another one now, nothing is done. */
  ifMatch?: string | undefined;
}

export interface RetrieveOptions extends CallOptions {
  /** The `etag` of the room as you know it: where it still has it, the answer is null. */
  ifNoneMatch?: string | undefined;
}

/**
 * Rooms and accesses as one user has them. `id` is a room's id, or its slug. All fail with `Unauthenticated` or `InsufficientScope` where
 * the token does not suffice, and with what a request for a token does.
 */
export class User {
  readonly email: string;
  readonly #client: Client;
  readonly #tokens: TokenSource;

  /** @internal Made by `Meet.user`. */
  constructor(email: string, client: Client, tokens: TokenSource) {
    this.email = email;
    this.#client = client;
    this.#tokens = tokens;
  }

  /**
   * All rooms in which the user has a role, fetched page by page as they are read.
   *
   * @throws {BadRequest} A filter is not what it should be.
   */
  async *rooms(filter: RoomFilter = {}, options: CallOptions = {}): AsyncGenerator<Room, void, undefined> {
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { next, results }: RoomList = await this.listRooms({ page_size: 100, ...filter, cursor }, options);
      yield* results;
      // The cursor alone: the token goes to the address of the API, and to no other.
      cursor = next ? new URL(next).searchParams.get("cursor") : null;
      if (next && !cursor) throw new Error("listRooms: the server does not list by cursor");
    }
  }

  /**
   * One page of rooms, by `page` or by `cursor`.
   *
   * @throws {BadRequest | NotFound} A parameter is not what it should be; a page after the last one.
   */
  async listRooms(query: RoomQuery = {}, options: CallOptions = {}): Promise<RoomList> {
    return (await this.#send("listRooms", options, (request) => operations.listRooms({ ...request, query }))).data;
  }

  /**
   * Creates a room that the user owns. What is left out has the server's default.
   *
   * @throws {BadRequest | Conflict | IdempotencyKeyReused}
   */
  async createRoom(room: RoomCreate = {}, options: CreateOptions = {}): Promise<TaggedRoom> {
    const key = { "Idempotency-Key": sendable("idempotencyKey", options.idempotencyKey ?? unique()) };
    return tagged(
      await this.#send("createRoom", options, (request) =>
        operations.createRoom({ ...request, headers: { ...request.headers, ...key }, body: room }),
      ),
    );
  }

  /**
   * Reads a room.
   *
   * @returns The room; null where `ifNoneMatch` is given, and it has not changed.
   * @throws {RoomNotFound}
   */
  retrieveRoom(id: string, options: RetrieveOptions & { ifNoneMatch: string }): Promise<TaggedRoom | null>;
  retrieveRoom(id: string, options?: CallOptions & { ifNoneMatch?: undefined }): Promise<TaggedRoom>;
  retrieveRoom(id: string, options?: RetrieveOptions): Promise<TaggedRoom | null>;
  async retrieveRoom(id: string, options: RetrieveOptions = {}): Promise<TaggedRoom | null> {
    const match = options.ifNoneMatch === undefined ? {} : { "If-None-Match": sendable("ifNoneMatch", options.ifNoneMatch) };
    const answer = await this.#send("retrieveRoom", options, (request) =>
      operations.retrieveRoom({ ...request, headers: { ...request.headers, ...match }, path: path({ id }) }),
    );
    return answer.response.status === 304 ? null : tagged(answer);
  }

  /**
   * Changes what is named; what is left out stays as it is.
   *
   * @throws {BadRequest | Forbidden | RoomNotFound | Conflict | RoomChanged}
   */
  async updateRoom(id: string, room: RoomUpdate, options: MatchOptions = {}): Promise<TaggedRoom> {
    return tagged(
      await this.#send("updateRoom", options, (request) =>
        operations.updateRoom({ ...request, headers: { ...request.headers, ...matching(options) }, path: path({ id }), body: room }),
      ),
    );
  }

  /**
   * Deletes a room that the user owns and the application has created, with its accesses, and ends the meeting in it.
   *
   * @throws {Forbidden | RoomNotFound | Conflict | RoomChanged}
   */
  async deleteRoom(id: string, options: MatchOptions = {}): Promise<void> {
    await this.#send("deleteRoom", options, (request) =>
      operations.deleteRoom({ ...request, headers: { ...request.headers, ...matching(options) }, path: path({ id }) }),
    );
  }

  /**
   * Gives another user a role in a room; `administrator` where none is named.
   *
   * @throws {BadRequest | Forbidden | RoomNotFound | UserNotFound | Conflict}
   */
  async grantAccess(id: string, grant: AccessGrant, options: CallOptions = {}): Promise<GrantedAccess> {
    const run = (request: Request) => operations.grantAccess({ ...request, path: path({ id }), body: grant });
    return (await this.#send("grantAccess", options, run)).data;
  }

  /**
   * Everybody who has a role in a room, the first one first.
   *
   * @throws {RoomNotFound | Forbidden}
   */
  async listAccesses(id: string, options: CallOptions = {}): Promise<AccessList> {
    return (await this.#send("listAccesses", options, (request) => operations.listAccesses({ ...request, path: path({ id }) }))).data;
  }

  /**
   * Takes a user's role in a room away.
   *
   * @throws {Forbidden | RoomNotFound | AccessNotFound | Conflict}
   */
  async removeAccess(id: string, accessId: string, options: CallOptions = {}): Promise<void> {
    await this.#send("removeAccess", options, (request) =>
      operations.removeAccess({ ...request, path: path({ id, access_id: accessId }) }),
    );
  }

  #send<T>(operation: string, options: CallOptions, run: (request: Request) => Promise<Outcome<T>>): Promise<Answer<T>> {
    return send({ operation, client: this.#client, tokens: this.#tokens, options, send: run });
  }
}

/** An identifier that is empty, "." or ".." would make the path that of another operation. */
function path<Path extends Record<string, string>>(parameters: Path): Path {
  for (const [name, value] of Object.entries(parameters))
    if (["", ".", ".."].includes(value)) throw new TypeError(`${name} is empty, or a dot`);
  return parameters;
}

const matching = ({ ifMatch }: MatchOptions) => (ifMatch === undefined ? {} : { "If-Match": sendable("ifMatch", ifMatch) });

const tagged = ({ data, response }: Answer<Room>): TaggedRoom => ({ ...data, etag: response.headers.get("ETag") ?? "" });
