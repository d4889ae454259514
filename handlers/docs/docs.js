// Swagger UI fills the examples of parameters in, and sends what is filled in: a page that is not there, a condition that fails. Those of
// optional ones are shown beside them instead.
const showExamples = parameter => {
  if (parameter.required || parameter.example === undefined || parameter.example === "") return;
  parameter.description += `\n\nFor example \`${[].concat(parameter.example).join(", ")}\`.`;
  delete parameter.example;
};

const examplesBeside = () => ({
  statePlugins: { spec: { wrapActions: { updateJsonSpec: update => specification => {
    const inOperations = Object.values(specification.paths ?? {}).flatMap(path => [path, ...Object.values(path)]);
    inOperations.flatMap(({ parameters }) => parameters ?? []).forEach(showExamples);
    Object.values(specification.components?.parameters ?? {}).forEach(showExamples);
    return update(specification);
  } } } },
});

SwaggerUIBundle({
  url: "/external-api/v1.0/openapi.yaml",
  dom_id: "#docs",
  deepLinking: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  plugins: [examplesBeside],
  // Asks a server of the Swagger project to judge the specification, unless it is null.
  validatorUrl: null,
});
