/** Kinds of conversations in session keys (reference agent/sessions.md §1.1). */
const PLACE = /^agent:[^:]+:(?<channel>[a-z0-9_-]+):(?:[^:]+:)?(?:direct|group|channel):(?<peer>.+)$/;
/** Topics of a forum are part of its address. */
const THREAD = /:thread:.*$/;

/** Where the people of a channel's conversation are; undefined for sessions of no channel. Pure. */
export function deliveryPlaceOf(sessionKey: string): { readonly channel: string; readonly to: string } | undefined {
  const { channel, peer } = PLACE.exec(sessionKey)?.groups ?? {};
  return channel === undefined || peer === undefined ? undefined : { to: peer.replace(THREAD, ''), channel };
}
