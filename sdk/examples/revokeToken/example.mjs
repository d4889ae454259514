import { Meet } from "@suitenumerique/meet-external-api";

const { MEET_URL, CLIENT_ID, CLIENT_SECRET, USER_EMAIL } = process.env;
const meet = new Meet({ url: MEET_URL, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });

const { access_token } = await meet.generateToken(USER_EMAIL);
await meet.revokeToken(access_token);
console.log(await meet.introspectToken(access_token));
