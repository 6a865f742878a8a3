/** Milliseconds of an ISO 8601 duration such as `PT1M30S`, or of a TimeSpan such as `00:01:30`; undefined if it is none. */
export function durationMilliseconds(text: string): number | undefined {
  const iso = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (iso && text !== 'P') {
    const [, days = 0, hours = 0, minutes = 0, seconds = 0] = iso.map((part) => Number(part ?? 0));
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  }
  const span = /^(?:(\d+)\.)?(\d+):(\d+):(\d+)$/.exec(text);
  if (!span) return undefined;
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = span.map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
