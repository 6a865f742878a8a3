import { hash } from 'node:crypto';
import { wholeShare, type RouteState } from './route-state.ts';

export type Arm = 'legacy' | 'functions';

/**
 * Where a subject stands on a route, from 0 to 9,999: SHA-256 of `salt:subject` in UTF-8, its first four bytes read
 * little-endian, modulo 10,000. The gateway's policy computes the same in C#. Unpaired surrogates count as U+FFFD, as
 * in .NET.
 */
export function bucketOf(salt: string, subject: string): number {
  return hash('sha256', `${salt}:${subject}`, 'buffer').readUInt32LE(0) % wholeShare;
}

/** The salt of one route: with its own, a subscriber who is early on one route is not early on all. */
export function routeSalt(salt: string, operationId: string): string {
  return `${salt}/${operationId}`;
}

/** The arm that serves a subject. Raising the share of a split never moves anyone back to legacy. */
export function armOf(state: RouteState, salt: string, subject: string): Arm {
  if (state.mode === 'functions') return 'functions';
  if (state.mode !== 'split') return 'legacy';
  return bucketOf(salt, subject) < state.basisPoints ? 'functions' : 'legacy';
}
