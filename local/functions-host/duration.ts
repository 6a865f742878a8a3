/**
 * A .NET TimeSpan, `[-][days.]hours:minutes[:seconds[.fraction]]`, in milliseconds.
 *
 * As in .NET, a first part above 23 counts days, not hours: "24:00:00" is 24 days.
 * @returns undefined when the text is none.
 */
export function timeSpanMs(text: string): number | undefined {
  const groups =
    /^\s*(?<sign>-)?(?:(?<days>\d+)\.)?(?<hours>\d+):(?<minutes>[0-5]?\d)(?::(?<seconds>[0-5]?\d(?:\.\d+)?))?\s*$/.exec(
      text,
    )?.groups;
  if (!groups) return undefined;
  let [days, hours, minutes, seconds] = [groups['days'], groups['hours'], groups['minutes'], groups['seconds']].map(
    (part) => Number(part ?? 0),
  ) as [number, number, number, number];
  if (hours > 23) {
    if (groups['days'] !== undefined) return undefined;
    [days, hours, minutes, seconds] = [hours, minutes, seconds, 0];
    if (hours > 23) return undefined;
  }
  const ms = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  return groups['sign'] ? -ms : ms;
}
