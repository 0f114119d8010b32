import { fileURLToPath } from 'node:url';

/** The folder of this checkout. */
export const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url));
export const CORPUS_TRACES = fileURLToPath(new URL('../corpus/traces', import.meta.url));
export const CORPUS_GOLDEN = fileURLToPath(new URL('../corpus/golden', import.meta.url));
export const CORPUS_CHANNELS = fileURLToPath(new URL('../corpus/channels', import.meta.url));
export const CORPUS_VERDICTS = fileURLToPath(new URL('../corpus/verdicts', import.meta.url));

/**
 * Starts the gateway of this checkout under the Node that runs this program (`npm run` takes the pinned one). The
 * mirror keeps the original's session files up to date, which some traces read.
 */
export const DEFAULT_GATEWAY_COMMAND = [
  'CHELA_STATE_MIRROR=openclaw',
  'exec',
  quoted(process.execPath),
  quoted(fileURLToPath(new URL('../../../apps/chela/bin/chela.mjs', import.meta.url))),
  'gateway run',
].join(' ');

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
