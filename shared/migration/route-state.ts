import { RouteStateError } from './errors.ts';

type Mode = 'legacy' | 'shadow' | 'split' | 'functions';

/** What a route's switch says. `basisPoints` of its subjects, out of 10,000, go to the functions arm. */
export type RouteState = { mode: Exclude<Mode, 'split'> } | { mode: 'split'; basisPoints: number };

export const wholeShare = 10_000;

/** The text of a switch: `legacy`, `shadow`, `functions` or `split:2500`. */
export function formatRouteState(state: RouteState): string {
  return state.mode === 'split' ? `split:${state.basisPoints}` : state.mode;
}

/** Throws RouteStateError for text that no switch should hold. */
export function parseRouteState(text: string): RouteState {
  if (text === 'legacy' || text === 'shadow' || text === 'functions') return { mode: text };
  const share = /^split:(\d{1,5})$/.exec(text)?.[1];
  const basisPoints = Number(share);
  if (share === undefined || basisPoints > wholeShare)
    throw new RouteStateError(
      `"${text}" is no state of a route: use legacy, shadow, functions or split:0 to split:10000`,
    );
  return { mode: 'split', basisPoints };
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
