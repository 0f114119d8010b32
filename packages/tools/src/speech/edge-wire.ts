import { createHash } from 'node:crypto';

/**
 * The messages of the read-aloud service of the Edge browser. It has no public contract; this is what browsers send and
 * get. Pure but for the hash.
 */

export const EDGE_ENDPOINT = 'wss://speech.platform.bing.com/consumer/speech/synthesize/readaloud/edge/v1';
/** The same for every browser. */
const CLIENT_TOKEN = '6A5AA1D4EAFF4E9FB37E23D68491D6F4';
const BROWSER_VERSION = '143.0.3650.75';
/** From 1601, where Windows begins to count, to 1970. */
const WINDOWS_EPOCH_SECONDS = 11_644_473_600;
const TICKS_A_SECOND = 10_000_000n;
/** A proof holds for five minutes. */
const PROOF_SECONDS = 300;

export interface EdgeVoice {
  readonly voice: string;
  readonly lang: string;
  readonly rate: string;
  readonly pitch: string;
  readonly volume: string;
}

export function edgeUrl(endpoint: string, connectionId: string, nowMs: number): string {
  const url = new URL(endpoint);
  url.searchParams.set('TrustedClientToken', CLIENT_TOKEN);
  url.searchParams.set('Sec-MS-GEC', proofOf(nowMs));
  url.searchParams.set('Sec-MS-GEC-Version', `1-${BROWSER_VERSION}`);
  url.searchParams.set('ConnectionId', connectionId);
  return url.href;
}

export const EDGE_HEADERS: Readonly<Record<string, string>> = {
  'user-agent': `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${BROWSER_VERSION.split('.')[0]}.0.0.0 Safari/537.36 Edg/${BROWSER_VERSION.split('.')[0]}.0.0.0`,
  origin: 'chrome-extension://jdiccldimpdaibmpdkjnbmckianbfold',
};

/** The hash that tells a browser whose clock is right. */
function proofOf(nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000) + WINDOWS_EPOCH_SECONDS;
  const ticks = BigInt(seconds - (seconds % PROOF_SECONDS)) * TICKS_A_SECOND;
  return createHash('sha256').update(`${ticks}${CLIENT_TOKEN}`, 'ascii').digest('hex').toUpperCase();
}

export function configMessage(outputFormat: string, at: string): string {
  const body = {
    context: {
      synthesis: {
        audio: {
          metadataoptions: { sentenceBoundaryEnabled: 'false', wordBoundaryEnabled: 'false' },
          outputFormat,
        },
      },
    },
  };
  return `X-Timestamp:${at}\r\nContent-Type:application/json; charset=utf-8\r\nPath:speech.config\r\n\r\n${JSON.stringify(body)}`;
}

export function speakMessage(text: string, voice: EdgeVoice, requestId: string, at: string): string {
  const { lang, rate, pitch, volume } = voice;
  const ssml =
    `<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="${escaped(lang)}">` +
    `<voice name="${escaped(voice.voice)}">` +
    `<prosody rate="${escaped(rate)}" pitch="${escaped(pitch)}" volume="${escaped(volume)}">${escaped(text)}</prosody>` +
    '</voice></speak>';
  return `X-RequestId:${requestId}\r\nContent-Type:application/ssml+xml\r\nX-Timestamp:${at}Z\r\nPath:ssml\r\n\r\n${ssml}`;
}

/** The audio in a binary message: two bytes tell how long the headers in front of it are. */
export function audioPart(message: Buffer): Buffer | undefined {
  if (message.length < 2) return undefined;
  const start = 2 + message.readUInt16BE(0);
  if (start > message.length || !/^Path:audio\r?$/m.test(message.toString('latin1', 2, start))) return undefined;
  return message.subarray(start);
}

export function endsTurn(message: string): boolean {
  return /^Path:turn\.end\r?$/m.test(message.slice(0, message.indexOf('\r\n\r\n') + 1 || undefined));
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
