// Passes requests on to a server as they are, and has Prism check each answer by a specification, headers too. `prism proxy` would not do: it
// makes an answer of its own of a connection that is cut and of HEAD, and writes bodies anew, so that a client is not tested with what the
// server does. Requests that are wrong on purpose are no violations; what the specification does not name is not checked.
// usage: node prism.mjs SPECIFICATION URL. Prints where it listens and each violation; SIGTERM ends it, with an error where there was one.
import { createServer, request } from "node:http";
import { createInstance, getHttpOperationsFromSpec } from "@stoplight/prism-http";

const [specification, url] = process.argv.slice(2);
const base = new URL(url);
const operations = await getHttpOperationsFromSpec(specification);
const silent = { info() {}, warn() {}, error() {}, child: () => silent };
// Prism finds the operation, and checks what it takes for the answer of the server.
const prism = createInstance(
  { isProxy: true, upstream: base, validateRequest: false, checkSecurity: false, validateResponse: true, errors: false },
  { logger: silent, forward: ({ data }) => () => async () => ({ _tag: "Right", right: data.answer }) },
);
let checked = 0;
let violations = 0;

async function check(method, path, { statusCode, headers, text }) {
  const answer = { statusCode, headers, body: parsed(headers["content-type"], text) };
  const { right } = await prism.request({ method: method.toLowerCase(), url: { path }, headers: {}, answer }, operations)();
  if (right.validations.input.some(({ message }) => message === "Selected route not found")) return;
  checked++;
  for (const { path: where = [], message } of right.validations.output) {
    violated(method, path, statusCode, `${where.join(".")}: ${message}`);
  }
}

function violated(method, path, statusCode, what) {
  violations++;
  console.log(`${method} ${path} ${statusCode}: ${what}`);
}

const parsed = (type, body) => (body === "" ? undefined : /\bjson\b/.test(type) ? JSON.parse(body) : body);

const server = createServer((asked, answered) => {
  const { method, rawHeaders } = asked;
  const passed = request({ host: base.hostname, port: base.port, path: asked.url, method, headers: rawHeaders }, (answer) => {
    const chunks = [];
    answer.on("data", (chunk) => chunks.push(chunk));
    answer.on("end", () => {
      const path = asked.url.split("?")[0];
      if (method === "HEAD" || !path.startsWith(`${base.pathname}/`)) return;
      const { statusCode, headers } = answer;
      const below = path.slice(base.pathname.length);
      // Such as JSON that is none.
      check(method, below, { statusCode, headers, text: Buffer.concat(chunks).toString() }).catch(({ message }) =>
        violated(method, below, statusCode, message),
      );
    });
    answer.on("error", () => answered.destroy());
    answered.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(answered);
  });
  passed.on("error", () => answered.destroy());
  answered.on("close", () => passed.destroy());
  asked.pipe(passed);
});
server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}${base.pathname}`));
process.on("SIGTERM", () => {
  console.log(`${checked} answers checked by Prism, ${violations} violations`);
  process.exit(checked > 0 && violations === 0 ? 0 : 1);
});
