// Makes a Postman collection (format 2.1) of openapi.yaml: one request for each operation, in the order of a visit from token to revocation, each
// with the answers that the specification shows. What one request gets, the next ones take: the token, the room, the access.
// usage: node collection.mjs SPECIFICATION
import { readFileSync } from "node:fs";
import { STATUS_CODES } from "node:http";
import { parse } from "yaml";

const specification = parse(readFileSync(process.argv[2], "utf8"));

const VISIT = [
  ...["generateToken", "introspectToken", "readMetadata", "readKeys", "createRoom", "listRooms", "retrieveRoom", "updateRoom"],
  ...["grantAccess", "listAccesses", "removeAccess", "deleteRoom", "revokeToken"],
];
const VARIABLES = {
  url: ["http://127.0.0.1:8080/external-api/v1.0", "The address of the API"],
  client_id: ["", "As the operator gave it to you"],
  client_secret: ["", "As the operator gave it to you; it is nothing to share with the collection"],
  user_email: ["user@example.com", "The user to act for"],
  colleague_email: ["colleague@example.com", "Another user, who gets a role in the room"],
  token: ["", "Set by generateToken"],
  room_id: ["", "Set by createRoom"],
  access_id: ["", "Set by listAccesses: that of the colleague"],
};
// Where a parameter, or a member of a body, has its value from.
const TAKEN = {
  ...{ client_id: "client_id", client_secret: "client_secret", scope: "user_email", token: "token" },
  ...{ email: "colleague_email", id: "room_id", access_id: "access_id" },
};
const KEEP = {
  generateToken: ['pm.collectionVariables.set("token", pm.response.json().access_token);'],
  createRoom: ['pm.collectionVariables.set("room_id", pm.response.json().id);'],
  listAccesses: [
    'const access = pm.response.json().results.find(({ role }) => role !== "owner");',
    'pm.collectionVariables.set("access_id", access.id);',
  ],
};

const resolve = (part) =>
  part?.$ref ? resolve(part.$ref.slice(2).split("/").reduce((parts, name) => parts[name], specification)) : part;
const json = (value) => JSON.stringify(value, null, 2);

/** An example of a schema by the examples of its members; undefined where a required one has none. */
function sample(reference) {
  const schema = resolve(reference);
  if (schema.example !== undefined) return schema.example;
  if (schema.enum) return schema.enum[0];
  if (schema.type === "boolean") return true;
  if (schema.type === "array") return [sample(schema.items)].filter((item) => item !== undefined);
  if (!schema.properties) return undefined;
  const members = Object.entries(schema.properties).map(([name, property]) => [name, sample(property)]);
  if (members.some(([name, value]) => value === undefined && schema.required?.includes(name))) return undefined;
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

/** The examples of a body by name; that of its schema where it has none of its own. */
function examples({ schema, example = sample(schema), examples: named = { "": { value: example } } }) {
  return Object.entries(named).flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]]));
}

function body(operation) {
  const content = operation.requestBody?.content["application/json"];
  if (!content) return {};
  const schema = resolve(content.schema);
  const taken = Object.keys(schema.properties).filter((name) => TAKEN[name]);
  const [[, first] = ["", {}]] = examples(content);
  const raw = json({ ...first, ...Object.fromEntries(taken.map((name) => [name, `{{${TAKEN[name]}}}`])) });
  return { body: { mode: "raw", raw, options: { raw: { language: "json" } } } };
}

function requestOf({ path, method, parameters, operation }) {
  const optional = (at) =>
    parameters
      .filter((parameter) => parameter.in === at)
      .map(({ name, example, description }) => ({ key: name, value: String(example), description, disabled: true }));
  const segments = path.slice(1).replace(/{(\w+)}/g, ":$1").split("/");
  const query = optional("query");
  const variable = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => ({ key: name, value: `{{${TAKEN[name]}}}` }));
  const type = operation.requestBody ? [{ key: "Content-Type", value: "application/json" }] : [];
  return {
    method: method.toUpperCase(),
    description: operation.description,
    url: { raw: `{{url}}/${segments.join("/")}`, host: ["{{url}}"], path: segments, query, variable },
    header: [...type, ...optional("header")],
    ...(operation.security[0]?.BearerAuth ? {} : { auth: { type: "noauth" } }),
    ...body(operation),
  };
}

function recorded(operation, { method, url, header: headersSent, body: bodySent }) {
  const on = (parts) => parts.filter(({ disabled }) => !disabled);
  const sent = { method, url: { ...url, query: on(url.query) }, header: on(headersSent), body: bodySent };
  return Object.entries(operation.responses).flatMap(([status, reference]) => {
    if (status === "default") return [];
    const { content, headers = {} } = resolve(reference);
    const header = Object.entries(headers).map(([key, value]) => [key, resolve(value)]);
    const answer = {
      originalRequest: sent,
      status: STATUS_CODES[status],
      code: Number(status),
      header: header.map(([key, { example, schema }]) => ({ key, value: String(example ?? schema.example) })),
    };
    if (!content) return [{ name: status, ...answer }];
    answer.header.unshift({ key: "Content-Type", value: "application/json" });
    return examples(content["application/json"]).map(([name, value]) => ({ name: `${status} ${name}`.trim(), ...answer, body: json(value) }));
  });
}

function item({ id, ...place }) {
  const good = Object.keys(place.operation.responses).filter((status) => status.startsWith("2"));
  const exec = [`pm.test("answered", () => pm.expect([${good}]).to.include(pm.response.code));`, ...(KEEP[id] ?? [])];
  const request = requestOf(place);
  return {
    name: place.operation.summary,
    event: [{ listen: "test", script: { type: "text/javascript", exec } }],
    request,
    response: recorded(place.operation, request),
  };
}

const places = Object.entries(specification.paths).flatMap(([path, { parameters: shared = [], ...methods }]) =>
  Object.entries(methods).map(([method, operation]) => {
    const parameters = [...shared, ...(operation.parameters ?? [])].map(resolve);
    return { id: operation.operationId, path, method, parameters, operation };
  }),
);
const left = places.filter(({ id }) => !VISIT.includes(id));
if (left.length > 0) throw new Error(`nothing says when they come: ${left.map(({ id }) => id)}`);

const collection = {
  info: {
    name: `${specification.info.title} ${specification.info.version}`,
    description: specification.info.description,
    schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
  },
  auth: { type: "bearer", bearer: [{ key: "token", value: "{{token}}", type: "string" }] },
  variable: Object.entries(VARIABLES).map(([key, [value, description]]) => ({ key, value, description })),
  item: VISIT.map((id) => item(places.find((place) => place.id === id))),
};
console.log(json(collection));
