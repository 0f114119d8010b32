/** Reads one PDF file away from the gateway's thread and sends back the text of its first pages. */

import { parentPort, workerData } from 'node:worker_threads';
import { getDocumentProxy } from 'unpdf';
import { isRecord } from '../methods/record.ts';

async function read(): Promise<string> {
  if (!isRecord(workerData) || !(workerData.bytes instanceof Uint8Array)) throw new Error('no PDF file to read');
  const document = await getDocumentProxy(workerData.bytes, { verbosity: 0 });
  const count = Math.min(document.numPages, Number(workerData.maxPages));
  const pages: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const { items } = await (await document.getPage(number)).getTextContent();
    pages.push(items.map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : '')).join(''));
  }
  return pages.join('\n\n');
}

parentPort?.postMessage(
  await read().then(
    (value) => ({ value }),
    (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
  ),
);
