import { Meet } from "@suitenumerique/meet-external-api";

const { MEET_URL, CLIENT_ID, CLIENT_SECRET, USER_EMAIL, COLLEAGUE_EMAIL } = process.env;
const meet = new Meet({ url: MEET_URL, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
const user = meet.user(USER_EMAIL);

const room = await user.createRoom();
const access = await user.grantAccess(room.id, { email: COLLEAGUE_EMAIL, role: "administrator" });
console.log(`${access.email} is ${access.role}, ${access.created ? "since now" : "as before"}`);
