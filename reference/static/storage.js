// What is kept in the browser; where it keeps nothing, pages do without. Meet may be at the same origin, and keep things there too.

const key = name => `external-api.${name}`;

export function remember(storage, name, value) {
  try {
    if (value === null) storage.removeItem(key(name));
    else storage.setItem(key(name), JSON.stringify(value));
  } catch {
    // Storage is full, or switched off.
  }
}

export function recall(storage, name) {
  try {
    return JSON.parse(storage.getItem(key(name)));
  } catch {
    return null;
  }
}
