import { randomUUID } from 'node:crypto';
import type { Clock } from '@chela/observability';
import type { RawData } from 'ws';
import { audioPart, configMessage, EDGE_ENDPOINT, EDGE_HEADERS, edgeUrl, endsTurn, speakMessage } from './edge-wire.ts';
import { AUDIO_LIMIT_BYTES, type SpeechDriver } from './speech-driver.ts';

/** Microsoft Edge's read-aloud voices, free and without a key. `endpoint` is another address of the same service. */
export function createEdgeSpeech(deps: { readonly clock: Clock; readonly endpoint?: string }): SpeechDriver {
  const endpoint = deps.endpoint ?? EDGE_ENDPOINT;
  return async ({ text, settings }, signal) => {
    const { enabled, outputFormat, ...voice } = settings.edge;
    if (!enabled) throw new Error('disabled');
    const { WebSocket } = await import('ws');
    const now = deps.clock.now();
    const socket = new WebSocket(edgeUrl(endpoint, newId(), now), { headers: { ...EDGE_HEADERS } });
    const spoken = Promise.withResolvers<Buffer>();
    const parts: Buffer[] = [];
    let size = 0;
    const stop = (): void => spoken.reject(new Error(String(signal.reason)));
    signal.addEventListener('abort', stop, { once: true });
    socket.once('open', () => {
      const at = new Date(now).toISOString();
      socket.send(configMessage(outputFormat, at));
      socket.send(speakMessage(text, voice, newId(), at));
    });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      const message = Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
      if (!isBinary) return endsTurn(message.toString('utf8')) ? spoken.resolve(Buffer.concat(parts)) : undefined;
      const part = audioPart(message);
      if (part === undefined) return undefined;
      parts.push(part);
      size += part.length;
      if (size > AUDIO_LIMIT_BYTES) spoken.reject(new Error('the audio is too large'));
      return undefined;
    });
    socket.on('error', spoken.reject);
    socket.once('close', (code: number) => spoken.reject(new Error(`the service closed the connection (${code})`)));
    try {
      const bytes = await spoken.promise;
      if (bytes.length === 0) throw new Error('the answer holds no audio');
      return { bytes, outputFormat, extension: extensionOf(outputFormat), voiceCompatible: /opus/.test(outputFormat) };
    } finally {
      signal.removeEventListener('abort', stop);
      socket.terminate();
    }
  };
}

const newId = (): string => randomUUID().replaceAll('-', '');

function extensionOf(outputFormat: string): string {
  if (outputFormat.startsWith('webm')) return '.webm';
  if (outputFormat.startsWith('ogg')) return '.ogg';
  if (outputFormat.includes('opus')) return '.opus';
  return /riff|wav|pcm/.test(outputFormat) ? '.wav' : '.mp3';
}
