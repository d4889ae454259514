import { Meet } from "@suitenumerique/meet-external-api";

const { MEET_URL, CLIENT_ID, CLIENT_SECRET, USER_EMAIL } = process.env;
const meet = new Meet({ url: MEET_URL, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });

const token = await meet.generateToken(USER_EMAIL, { scopes: ["rooms:list", "rooms:create"] });
console.log(`a token for ${token.scope}, which lives ${token.expires_in} seconds`);
