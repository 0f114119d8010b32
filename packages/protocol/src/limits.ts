/** The numbers of the wire (reference protocol/protocol.md §11). */
export const PROTOCOL_VERSION = 3;
export const DEFAULT_PORT = 18_789;

export const MAX_PAYLOAD_BYTES = 26_214_400;
export const MAX_BUFFERED_BYTES = 52_428_800;
export const HANDSHAKE_TIMEOUT_MS = 10_000;
export const TICK_INTERVAL_MS = 30_000;
export const HEALTH_REFRESH_INTERVAL_MS = 60_000;
export const DEVICE_SIGNATURE_SKEW_MS = 600_000;
export const PAIRING_REQUEST_LIFE_MS = 300_000;
export const PRESENCE_LIFE_MS = 300_000;
export const PRESENCE_ENTRIES_LIMIT = 200;
/** How long a client waits for the challenge before it connects without a nonce (§2.7). */
export const CHALLENGE_WAIT_MS = 750;
export const REQUEST_TIMEOUT_MS = 10_000;
