import { RouteStateError } from './errors.ts';

type Mode = 'legacy' | 'shadow' | 'split' | 'functions';

/** What a route's switch says. `basisPoints` of its subjects, out of 10,000, go to the functions arm. */
export type RouteState = { mode: Exclude<Mode, 'split'> } | { mode: 'split'; basisPoints: number };

export const wholeShare = 10_000;

/** What a split may hold, for a regular expression here and in the gateway's policies. */
export const splitPattern = 'split:(?:0|[1-9][0-9]{0,3}|10000)';

/** What the gateway says of a switch that holds no state of a route; legacy answers then. */
export const invalidRevision = 'invalid';

/** The text of a switch: `legacy`, `shadow`, `functions` or `split:2500`. */
export function formatRouteState(state: RouteState): string {
  return state.mode === 'split' ? `split:${state.basisPoints}` : state.mode;
}

/** Throws RouteStateError for text that no switch should hold. */
export function parseRouteState(text: string): RouteState {
  if (text === 'legacy' || text === 'shadow' || text === 'functions') return { mode: text };
  if (!new RegExp(`^${splitPattern}$`).test(text))
    throw new RouteStateError(
      `"${text}" is no state of a route: use legacy, shadow, functions or split:0 to split:10000`,
    );
  return { mode: 'split', basisPoints: Number(text.slice('split:'.length)) };
}

/** What the gateway is to say of a switch: its text, or that it is invalid. */
export function revisionOf(text: string): string {
  try {
    return formatRouteState(parseRouteState(text));
  } catch (error) {
    if (error instanceof RouteStateError) return invalidRevision;
    throw error;
  }
}

/** Per cent with at most two decimals as basis points: `0.25` is 25. Undefined when it is not that. */
export function basisPointsOf(percent: number | string): number | undefined {
  // Through decimal text, because 0.29 * 100 is 28.999999999999996.
  const [, whole, fraction = ''] = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(String(percent)) ?? [];
  if (whole === undefined) return undefined;
  const basisPoints = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return basisPoints <= wholeShare ? basisPoints : undefined;
}

/** Basis points as per cent without needless zeros: 25 is `0.25`. */
export function percentOf(basisPoints: number): string {
  return String(basisPoints / 100);
}
