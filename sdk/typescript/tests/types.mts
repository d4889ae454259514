// Compiles, and is never run: what the types let through, and what not.
import { Meet, Throttled, type RoomCreate, type TaggedRoom } from "@suitenumerique/meet-external-api";

export async function use(meet: Meet, error: unknown): Promise<void> {
  const user = meet.user("user@example.com", { scopes: ["rooms:create", "a:new-one"] });
  const wanted: RoomCreate = { access_level: "restricted", expires_at: null };
  const room: TaggedRoom = await user.createRoom(wanted, { idempotencyKey: "booking-4711" });
  const slug: string | null = room.slug;
  const url: string | undefined = room.url;
  // @ts-expect-error A room of Meet's may have no slug.
  const text: string = room.slug;
  const unchanged: TaggedRoom | null = await user.retrieveRoom(room.id, { ifNoneMatch: room.etag });
  const read: TaggedRoom = await user.retrieveRoom(room.id);
  // @ts-expect-error There is no such level.
  await user.updateRoom(room.id, { access_level: "secret" });
  // @ts-expect-error A cursor is given by the iteration.
  user.rooms({ cursor: "" });
  if (error instanceof Throttled) {
    const seconds: number | undefined = error.retryAfter;
    const messages: string[] | { [index: string]: string[] } | undefined = error.fields["email"];
    void [seconds, messages];
  }
  void [slug, url, text, unchanged, read];
}
