/** What was wrong, by field: messages, or, of a list such as `attendees`, messages by index. */
export type Fields = { readonly [field: string]: string[] | { [index: string]: string[] } };

/** What an error is made of. */
export interface Failure {
  /** The `operationId` that failed. */
  readonly operation: string;
  /** The status of the answer; undefined where there was none. */
  readonly status: number | undefined;
  /** What is wrong, for people. */
  readonly detail: string;
  /** What is wrong, by field; empty where no field is to blame. */
  readonly fields: Fields;
  /** What to quote to the operator: the server's log has it, also where no answer came. */
  readonly requestId: string;
  /** Seconds to wait before the next try; undefined where the answer does not say. */
  readonly retryAfter: number | undefined;
}

/** Every error of this package, but for what an `AbortSignal` of yours gives as its reason. */
export class MeetError extends Error implements Failure {
  readonly operation: string;
  readonly status: number | undefined;
  readonly detail: string;
  readonly fields: Fields;
  readonly requestId: string;
  readonly retryAfter: number | undefined;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(`${failure.operation}: ${failure.status ?? "no answer"}: ${failure.detail} (request id ${failure.requestId})`, options);
    this.name = new.target.name;
    this.operation = failure.operation;
    this.status = failure.status;
    this.detail = failure.detail;
    this.fields = failure.fields;
    this.requestId = failure.requestId;
    this.retryAfter = failure.retryAfter;
  }
}

/** No answer after all attempts; `cause` is what the last one came to. */
export class NoAnswer extends MeetError {}

/** 400: a value is refused; `fields` says which. */
export class BadRequest extends MeetError {}

/** 401 to credentials. */
export class InvalidClient extends MeetError {}

/** 401 to a token, also to a new one. */
export class Unauthenticated extends MeetError {}

/** 403: the user's role in the room does not allow it, or the application has not created the room. */
export class Forbidden extends MeetError {}

/** 403: the token lacks a scope. */
export class InsufficientScope extends Forbidden {
  /** The scope that is needed, such as `rooms:create`. */
  readonly scope: string;

  constructor(failure: Failure, scope: string) {
    super(failure);
    this.scope = scope;
  }
}

/** 403 to a request for a token: the application may not act for that domain. */
export class DomainNotAllowed extends Forbidden {}

/** 404: a page after the last one, or one of the kinds below. */
export class NotFound extends MeetError {}

/** 404: nobody has the address. */
export class UserNotFound extends NotFound {}

/** 404: no such room, or none that the user may see. */
export class RoomNotFound extends NotFound {}

/** 404: no such access. */
export class AccessNotFound extends NotFound {}

/** 409: the room, or the user, is in a state that does not allow it; `detail` says why. */
export class Conflict extends MeetError {}

/** 412: the room is not as `ifMatch` has it; also where an attempt whose answer was lost has made the change. */
export class RoomChanged extends MeetError {}

/** 422: the key was used for another creation. */
export class IdempotencyKeyReused extends MeetError {}

/** 429, after all attempts; `retryAfter` says how long to wait. */
export class Throttled extends MeetError {}

/** 500: a fault of the server. */
export class ServerFault extends MeetError {}

/** 502, 503 or 504, after all attempts. */
export class Unavailable extends MeetError {}
