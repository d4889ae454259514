export default {
  input: "../../openapi.yaml",
  output: { path: "src/generated", importFileExtension: ".js", entryFile: false },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", { name: "@hey-api/sdk", client: false }],
};
