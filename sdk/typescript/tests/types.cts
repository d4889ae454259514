// Compiles, and is never run: a CommonJS module gets it by import().
export async function use() {
  const { Meet } = await import("@suitenumerique/meet-external-api");
  return new Meet({ url: "", clientId: "", clientSecret: "" }).user("user@example.com").createRoom();
}
