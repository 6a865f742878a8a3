import type { NetType } from './net-type.ts';

export function jsonTargets(_to: NetType): boolean {
  return false;
}

export function fromJson(_to: NetType, value: unknown): unknown {
  return value;
}
