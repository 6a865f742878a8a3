import { ProblemError } from '../../shared/contract/errors.ts';
import type { BrokenRule } from '../../shared/contract/problems.ts';

/** What a field's text must be like. */
interface Rule {
  ok(value: string): boolean;
  message: string;
  /** Said instead when the value is no text at all. */
  wrongType?: string;
}

export interface Field {
  rule: Rule;
  required?: boolean;
}

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

export const rules = {
  quoteId: matching(new RegExp(`^qt_${uuid}$`), 'must be a quote id: qt_ and a UUID'),
  exchangeId: matching(new RegExp(`^ex_${uuid}$`), 'must be an exchange id: ex_ and a UUID'),
  currency: matching(/^[A-Z0-9]{2,10}$/, 'must be a currency code such as BTC'),
  pair: matching(/^[A-Z0-9]{2,10}-[A-Z0-9]{2,10}$/, 'must be a pair such as BTC-ETH'),
  amount: {
    ok: (value) => /^\d{1,18}(\.\d{1,18})?$/.test(value) && !/^0\d/.test(value) && /[1-9]/.test(value),
    message: 'must be a positive decimal string such as "0.25"',
  },
  address: matching(/^[A-Za-z0-9][\w:.-]{7,127}$/, 'must be an address of 8 to 128 letters, digits or : . _ -'),
  reference: {
    ok: (value) => /^[ -~]{1,64}$/.test(value),
    message: 'must be 1 to 64 printable ASCII characters',
    wrongType: 'must be text of 1 to 64 characters',
  },
  idempotencyKey: matching(/^[!-~]{1,128}$/, 'must be 1 to 128 printable ASCII characters without spaces'),
  cursor: matching(/^[\w-]{1,200}$/, 'must be the nextCursor of an earlier answer'),
  kind: oneOf(['crypto', 'fiat'], 'must be crypto or fiat'),
  state: oneOf(
    [
      'awaiting_deposit',
      'confirming',
      'exchanging',
      'sending',
      'finished',
      'expired',
      'canceled',
      'failed',
      'refunded',
    ],
    'must be a state of an exchange',
  ),
  provider: matching(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be the name of a provider'),
  token: matching(/^[!-~]{1,128}$/, 'must be text of 1 to 128 printable ASCII characters'),
  moment: {
    ok: (value) => {
      const [, day] = /^(\d{4}-\d\d-\d\d)T(?!24)\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.exec(value) ?? [];
      const at = Date.parse(value);
      if (day === undefined || Number.isNaN(at)) return false;
      // The parser makes the second of March of the thirtieth of February.
      if (new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day) return false;
      return at >= Date.parse('0001-01-01T00:00:00Z') && at <= Date.parse('9999-12-31T23:59:59.999Z');
    },
    message: 'must be an RFC 3339 timestamp',
  },
} satisfies Record<string, Rule>;

/** A page size between 1 and `most`. */
export function pageSize(most: number): Rule {
  return {
    ok: (value) => /^(0|[1-9]\d{0,8})$/.test(value) && Number(value) >= 1 && Number(value) <= most,
    message: `must be a whole number from 1 to ${most}`,
  };
}

/** Collects everything wrong with a request, then refuses it once. */
export class Checks {
  readonly #errors: BrokenRule[] = [];

  /** A part of the path. */
  param(params: Record<string, string>, name: string, rule: Rule): string {
    const value = params[name] ?? '';
    if (!rule.ok(value)) this.#errors.push({ parameter: name, detail: rule.message });
    return value;
  }

  /** All query parameters at once: none twice, none unknown. */
  query(query: URLSearchParams, fields: Record<string, Rule>): Record<string, string | undefined> {
    const values: Record<string, string | undefined> = {};
    const seen = new Set<string>();
    for (const [name, value] of query) {
      if (seen.has(name)) this.#errors.push({ parameter: name, detail: 'must be given once' });
      else if (Object.hasOwn(fields, name)) values[name] = value;
      seen.add(name);
    }
    for (const [name, rule] of Object.entries(fields)) {
      const value = values[name];
      if (value !== undefined && !rule.ok(value)) this.#errors.push({ parameter: name, detail: rule.message });
    }
    for (const name of seen) {
      if (!Object.hasOwn(fields, name)) this.#errors.push({ parameter: name, detail: 'is not known' });
    }
    return values;
  }

  /** An optional header. */
  header(value: string | undefined, name: string, rule: Rule): string | undefined {
    if (value !== undefined && !rule.ok(value)) this.#errors.push({ header: name, detail: rule.message });
    return value;
  }

  /**
   * The members of a JSON body. `together` says what is wrong with their combination.
   */
  body(
    body: unknown,
    fields: Record<string, Field>,
    options: { open?: boolean; together?: (members: Record<string, unknown>) => string | undefined } = {},
  ): Record<string, string | undefined> {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      this.#errors.push({ pointer: '', detail: body === undefined ? 'is required' : 'must be a JSON object' });
      return {};
    }
    const members = body as Record<string, unknown>;
    for (const [name, { rule, required }] of Object.entries(fields)) {
      const value = Object.hasOwn(members, name) ? members[name] : undefined;
      if (value === undefined && !required) continue;
      if (typeof value === 'string' && rule.ok(value)) continue;
      const wrong = typeof value === 'string' ? rule.message : (rule.wrongType ?? rule.message);
      this.#errors.push({ pointer: `/${name}`, detail: value === undefined ? 'is required' : wrong });
    }
    for (const name of options.open ? [] : Object.keys(members)) {
      if (Object.hasOwn(fields, name)) continue;
      this.#errors.push({ pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail: 'is not known' });
    }
    const problem = options.together?.(members);
    if (problem) this.#errors.push({ pointer: '', detail: problem });
    return members as Record<string, string | undefined>;
  }

  refuse(error: BrokenRule): void {
    this.#errors.push(error);
  }

  /** Call when all is checked. */
  done(): void {
    if (this.#errors.length > 0) throw new ProblemError('validation-failed', { errors: this.#errors });
  }
}

function matching(pattern: RegExp, message: string): Rule {
  return { ok: (value) => pattern.test(value), message };
}

function oneOf(values: readonly string[], message: string): Rule {
  return { ok: (value) => values.includes(value), message };
}
