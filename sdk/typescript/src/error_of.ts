import {
  AccessNotFound,
  BadRequest,
  Conflict,
  DomainNotAllowed,
  Forbidden,
  IdempotencyKeyReused,
  InsufficientScope,
  InvalidClient,
  MeetError,
  NotFound,
  RoomChanged,
  RoomNotFound,
  ServerFault,
  Throttled,
  Unauthenticated,
  Unavailable,
  UserNotFound,
  type Failure,
  type Fields,
} from "./errors.js";

const members = (body: unknown): Record<string, unknown> =>
  typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};

/**
 * The error that an answer stands for.
 *
 * @param sent The operation, the id that its request had, and whether client credentials authenticate it.
 * @param body The body of the answer, parsed where it is JSON.
 */
export function errorOf(
  sent: { operation: string; requestId: string; byCredentials: boolean },
  answer: Response,
  body: unknown,
  retryAfter: number | undefined,
): MeetError {
  const { detail, error, error_description: _, ...fields } = members(body);
  const failure: Failure = {
    operation: sent.operation,
    status: answer.status,
    detail: typeof detail === "string" ? detail : describe(fields) || `an answer with the status ${answer.status}`,
    fields: fields as Fields,
    requestId: answer.headers.get("X-Request-Id") ?? sent.requestId,
    retryAfter,
  };
  switch (answer.status) {
    case 400:
      return new BadRequest(failure);
    case 401:
      return sent.byCredentials ? new InvalidClient(failure) : new Unauthenticated(failure);
    case 403:
      return forbidden(sent.operation, failure, answer.headers.get("WWW-Authenticate") ?? "");
    case 404:
      return notFound(sent.operation, failure, error !== undefined);
    case 409:
      return new Conflict(failure);
    case 412:
      return new RoomChanged(failure);
    case 422:
      return new IdempotencyKeyReused(failure);
    case 429:
      return new Throttled(failure);
    case 500:
      return new ServerFault(failure);
    case 502:
    case 503:
    case 504:
      return new Unavailable(failure);
    default:
      return new MeetError(failure);
  }
}

const describe = (fields: Record<string, unknown>): string =>
  Object.entries(fields)
    .map(([field, messages]) => `${field}: ${Array.isArray(messages) ? messages.join(" ") : JSON.stringify(messages)}`)
    .join("; ");

function forbidden(operation: string, failure: Failure, challenge: string): MeetError {
  const scope = /error="insufficient_scope".*scope="([^"]*)"/.exec(challenge)?.[1];
  if (scope !== undefined) return new InsufficientScope(failure, scope);
  return operation === "generateToken" ? new DomainNotAllowed(failure) : new Forbidden(failure);
}

// Of the kinds of 404 only the text tells which it is.
function notFound(operation: string, failure: Failure, hasCode: boolean): MeetError {
  switch (operation) {
    case "generateToken":
      // Without a code, applications are switched off.
      return hasCode ? new UserNotFound(failure) : new NotFound(failure);
    case "grantAccess":
      return failure.detail.includes("user not found") ? new UserNotFound(failure) : new RoomNotFound(failure);
    case "removeAccess":
      return failure.detail.startsWith("No Room") ? new RoomNotFound(failure) : new AccessNotFound(failure);
    case "retrieveRoom":
    case "updateRoom":
    case "deleteRoom":
    case "listAccesses":
      return new RoomNotFound(failure);
    default:
      return new NotFound(failure);
  }
}
