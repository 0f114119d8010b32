import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const MAX_BYTES = 16 * 1024 * 1024;
const NAME_MAX_CHARS = 60;

/** Puts base64 data of a message action where outbound media may come from, and says where that is. */
export async function keepBuffer(mediaDir: string, base64: string, fileName: string | undefined): Promise<string> {
  const bytes = Buffer.from(base64.replace(/^data:[^,]*,/, ''), 'base64');
  if (bytes.length === 0) throw new Error('buffer is not base64 data');
  if (bytes.length > MAX_BYTES) throw new Error(`buffer is larger than ${MAX_BYTES} bytes`);
  const folder = join(mediaDir, 'outbound', randomUUID());
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = basename(fileName ?? 'file')
    .replace(/[^\p{L}\p{N}._ -]/gu, '_')
    .slice(-NAME_MAX_CHARS);
  const path = join(folder, name === '' || /^\.+$/.test(name) ? 'file' : name);
  await writeFile(path, bytes, { mode: 0o600 });
  return path;
}
