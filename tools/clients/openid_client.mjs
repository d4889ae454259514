// Gets tokens with openid-client, as its documentation says, and creates a room with each.
import * as oauth from "openid-client";

const { SERVER, CLIENT_ID, CLIENT_SECRET, SCOPE, P256_JWK, ED25519_JWK } = process.env;
const [method] = process.argv.slice(2);

const authentication = {
  basic: () => oauth.ClientSecretBasic(CLIENT_SECRET),
  post: () => oauth.ClientSecretPost(CLIENT_SECRET),
  p256: () => privateKey(P256_JWK, { name: "ECDSA", namedCurve: "P-256" }),
  ed25519: () => privateKey(ED25519_JWK, { name: "Ed25519" }),
};
async function privateKey(jwk, algorithm) {
  return oauth.PrivateKeyJwt(await crypto.subtle.importKey("jwk", JSON.parse(jwk), algorithm, false, ["sign"]));
}
// The server of the test is on this machine, without TLS.
const options = { algorithm: "oauth2", execute: [oauth.allowInsecureRequests] };
const config = await oauth.discovery(new URL(SERVER), CLIENT_ID, undefined, await authentication[method](), options);
const { access_token: token, expires_in, scope } = await oauth.clientCredentialsGrant(config, { scope: SCOPE });
if (expires_in !== 3600 || !scope.includes("rooms:create")) throw new Error(`expires_in ${expires_in}, scope ${scope}`);

const rooms = new URL("/external-api/v1.0/rooms/", SERVER);
const created = await oauth.fetchProtectedResource(config, token, rooms, "POST");
if (created.status !== 201) throw new Error(await created.text());
const room = await created.json();

const before = await oauth.tokenIntrospection(config, token);
await oauth.tokenRevocation(config, token);
const after = await oauth.tokenIntrospection(config, token);
if (!before.active || after.active) throw new Error(`active ${before.active}, then ${after.active}`);

console.log(room.id);
