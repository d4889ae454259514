// Sends the requests of .http files one after the other, as the HTTP clients of editors do, and fails with the first that is turned down.
// `{{NAME}}` is a variable of the environment, `{{request.response.body.member}}` and `{{request.response.headers.Name}}` what the answer
// to the request called by `# @name request` had.
import { readFile } from "node:fs/promises";

const value = (answers, expression) => {
  const [name, , where, ...path] = expression.split(/[.[\]]+/).filter(Boolean);
  const answer = answers[name];
  const found = !answer ? process.env[expression] : where === "headers" ? answer.headers.get(path[0]) : path.reduce((at, member) => at?.[member], answer.body);
  if (found === undefined || found === null) throw new Error(`nothing is called ${expression}`);
  return found;
};

async function send(text, answers) {
  const filled = text.replace(/\{\{(.+?)\}\}/g, (_, expression) => value(answers, expression));
  const [head, ...body] = filled.trim().split("\n\n");
  const lines = head.split("\n").filter(line => line !== "");
  const name = lines.find(line => line.startsWith("# @name "))?.slice(8);
  const [request, ...fields] = lines.filter(line => !line.startsWith("#"));
  const [, method, url] = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(request);
  const headers = Object.fromEntries(fields.map(field => field.split(/: (.*)/).slice(0, 2)));
  const answer = await fetch(url, { method, headers, body: body.length ? body.join("\n\n") : undefined });
  const received = await answer.text();
  console.log(method, url, answer.status);
  if (!answer.ok) throw new Error(received);
  if (name) answers[name] = { headers: answer.headers, body: JSON.parse(received) };
}

for (const file of process.argv.slice(2)) {
  const answers = {};
  console.log(file);
  for (const text of (await readFile(file, "utf8")).split(/^###.*$/m)) await send(text, answers);
}
