/** A message was refused because too many are waiting already; nothing was stored. */
export class LaneFullError extends Error {
  override readonly name = 'LaneFullError';
}

/** What the sender reads when a queue is full. */
export function laneFullMessage(scope: 'sessionFull' | 'laneFull', limit: number): string {
  const where = scope === 'sessionFull' ? 'this session' : 'this gateway';
  return `too many messages are waiting in ${where} (limit ${limit}); try again when some of them are answered`;
}
