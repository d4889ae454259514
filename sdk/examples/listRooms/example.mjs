import { Meet } from "@suitenumerique/meet-external-api";

const { MEET_URL, CLIENT_ID, CLIENT_SECRET, USER_EMAIL } = process.env;
const meet = new Meet({ url: MEET_URL, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
const user = meet.user(USER_EMAIL);

// Fetched page by page, as they are read.
for await (const room of user.rooms({ role: ["owner"] })) {
  console.log(room.id, room.slug);
  break;
}
const page = await user.listRooms({ page: 1, page_size: 5 });
console.log(`${page.results.length} of ${page.count} rooms`);
