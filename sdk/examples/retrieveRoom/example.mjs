import { Meet } from "@suitenumerique/meet-external-api";

const { MEET_URL, CLIENT_ID, CLIENT_SECRET, USER_EMAIL } = process.env;
const meet = new Meet({ url: MEET_URL, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
const user = meet.user(USER_EMAIL);

const { id } = await user.createRoom();
const room = await user.retrieveRoom(id);
console.log(room.slug, room.access_level);
// Null: it has not changed.
console.log(await user.retrieveRoom(id, { ifNoneMatch: room.etag }));
