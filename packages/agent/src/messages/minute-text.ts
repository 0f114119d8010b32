/**
 * Makes the function that writes a time as `Tue 2026-02-17 15:04 UTC` in an IANA zone. Building the formatter is the
 * expensive part, so the one of the last zone is kept. The function throws RangeError for a zone nobody knows.
 */
export function createMinuteText(): (at: number, timeZone: string) => string {
  let kept: { readonly timeZone: string; readonly format: Intl.DateTimeFormat } | undefined;
  return (at, timeZone) => {
    if (kept?.timeZone !== timeZone) kept = { timeZone, format: formatIn(timeZone) };
    const part = Object.fromEntries(kept.format.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${part.weekday} ${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute} ${part.timeZoneName}`;
  };
}

function formatIn(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
}
