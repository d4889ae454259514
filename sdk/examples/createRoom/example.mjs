import { Meet } from "@suitenumerique/meet-external-api";

const { MEET_URL, CLIENT_ID, CLIENT_SECRET, USER_EMAIL } = process.env;
const meet = new Meet({ url: MEET_URL, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
const user = meet.user(USER_EMAIL);

// Names the booking: the same again within 24 hours makes no second room.
const idempotencyKey = `booking-${Date.now()}`;
const expires_at = new Date(Date.now() + 2 * 60 * 60 * 1000).toISOString();
const room = await user.createRoom({ access_level: "restricted", expires_at }, { idempotencyKey });
console.log(room.id, room.url);
