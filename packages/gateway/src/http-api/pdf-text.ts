import type { Clock } from '@chela/observability';
import { runInWorker } from './run-in-worker.ts';

const WORKER = {
  file: new URL('./pdf-worker.ts', import.meta.url),
  what: 'reading a PDF file',
  timeLimitMs: 20_000,
  memoryLimitMb: 256,
} as const;
/** PDF files read at the same time; a request beyond is refused, its sender tries again. */
const RUNNING_LIMIT = 2;

/** The text of a PDF file's first pages. Rejects for what is no PDF, and for one without text. */
export type PdfReader = (bytes: Buffer, maxPages: number) => Promise<string>;

export function createPdfReader(clock: Clock): PdfReader {
  let running = 0;
  return async (bytes, maxPages) => {
    if (running >= RUNNING_LIMIT) throw new Error(`more than ${RUNNING_LIMIT} PDF files at the same time`);
    running += 1;
    try {
      const text = await runInWorker({ ...WORKER, data: { bytes: new Uint8Array(bytes), maxPages } }, clock);
      if (typeof text !== 'string' || text.trim() === '') throw new Error('the PDF file has no text');
      return text;
    } finally {
      running -= 1;
    }
  };
}
