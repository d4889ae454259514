import type { TokenResponse } from "./generated/types.gen.js";

const LONGEST_MARGIN = 60;

interface Kept {
  token: Promise<string>;
  /** The token, once it is there. */
  value?: string;
  /** From when it is fetched anew, in milliseconds since the epoch. */
  until: number;
}

/** Tokens by the `scope` that they were asked for with, each fetched by one request, however many wait for it. */
export class Tokens {
  readonly #fetch: (scope: string) => Promise<TokenResponse>;
  readonly #kept = new Map<string, Kept>();

  constructor(fetch: (scope: string) => Promise<TokenResponse>) {
    this.#fetch = fetch;
  }

  /** A token that does not expire soon. */
  get(scope: string): Promise<string> {
    const kept = this.#kept.get(scope);
    return kept && Date.now() < kept.until ? kept.token : this.#renew(scope);
  }

  /** Forgets a token that was refused, where it is still the one that is kept. */
  discard(scope: string, token: string): void {
    if (this.#kept.get(scope)?.value === token) this.#kept.delete(scope);
  }

  #renew(scope: string): Promise<string> {
    const asked = Date.now();
    for (const [other, { until }] of this.#kept) if (until <= asked) this.#kept.delete(other);
    const kept: Kept = { until: Infinity, token: this.#fetch(scope).then(take) };
    function take({ access_token, expires_in }: TokenResponse): string {
      kept.value = access_token;
      kept.until = asked + (expires_in - Math.min(LONGEST_MARGIN, expires_in / 10)) * 1000;
      return access_token;
    }
    this.#kept.set(scope, kept);
    kept.token.catch(() => {
      if (this.#kept.get(scope) === kept) this.#kept.delete(scope);
    });
    return kept.token;
  }
}
