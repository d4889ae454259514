SwaggerUIBundle({
  url: "/external-api/v1.0/openapi.yaml",
  dom_id: "#docs",
  deepLinking: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  // Asks a server of the Swagger project to judge the specification, unless it is null.
  validatorUrl: null,
});
