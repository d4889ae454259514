import { Meet } from "@suitenumerique/meet-external-api";

const { MEET_URL, CLIENT_ID, CLIENT_SECRET, USER_EMAIL } = process.env;
const meet = new Meet({ url: MEET_URL, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
const user = meet.user(USER_EMAIL);

const room = await user.createRoom();
// Where somebody else changed the room meanwhile, this fails with RoomChanged.
const changed = await user.updateRoom(room.id, { access_level: "restricted" }, { ifMatch: room.etag });
console.log(changed.slug, changed.access_level);
