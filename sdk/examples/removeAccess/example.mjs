import { Meet } from "@suitenumerique/meet-external-api";

const { MEET_URL, CLIENT_ID, CLIENT_SECRET, USER_EMAIL, COLLEAGUE_EMAIL } = process.env;
const meet = new Meet({ url: MEET_URL, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
const user = meet.user(USER_EMAIL);

const room = await user.createRoom({ attendees: [COLLEAGUE_EMAIL] });
const { results } = await user.listAccesses(room.id);
const member = results.find(({ role }) => role === "member");
await user.removeAccess(room.id, member.id);
console.log(`${(await user.listAccesses(room.id)).results.length} access is left`);
