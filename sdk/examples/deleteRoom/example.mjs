import { Meet } from "@suitenumerique/meet-external-api";

const { MEET_URL, CLIENT_ID, CLIENT_SECRET, USER_EMAIL } = process.env;
const meet = new Meet({ url: MEET_URL, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
const user = meet.user(USER_EMAIL);

const room = await user.createRoom();
await user.deleteRoom(room.id);
await user.retrieveRoom(room.id).catch((error) => console.log(`${error.name}: ${error.detail}`));
