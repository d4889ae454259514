export { Meet, type MeetOptions, type Scope, type TokenOptions } from "./client.js";
export * from "./errors.js";
export type {
  AccessGrant,
  AccessList,
  Attendee,
  AttendeeStatus,
  GrantableRole,
  GrantedAccess,
  Introspection,
  JsonWebKey,
  KeySet,
  Metadata,
  Room,
  RoomAccess,
  RoomAccessLevel,
  RoomConfiguration,
  RoomCreate,
  RoomCreator,
  RoomList,
  RoomRole,
  RoomUpdate,
  StoredConfiguration,
  Telephony,
  TokenResponse,
  TrackSource,
} from "./generated/types.gen.js";
export type { CallOptions } from "./send.js";
export type { CreateOptions, MatchOptions, RetrieveOptions, RoomFilter, RoomQuery, TaggedRoom, User } from "./user.js";
