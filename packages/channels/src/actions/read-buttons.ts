import type { OutboundButton } from '../contract/outbound.ts';
import { isRecord, textOf } from '../record.ts';

/** Rows of `{text, callback_data, style}`; buttons without a text are left out. Undefined when there is none. Pure. */
export function readButtons(value: unknown): readonly (readonly OutboundButton[])[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const rows = value.map((row: unknown) => (Array.isArray(row) ? row.flatMap(readButton) : []));
  const filled = rows.filter((row) => row.length > 0);
  return filled.length > 0 ? filled : undefined;
}

function readButton(value: unknown): readonly OutboundButton[] {
  if (!isRecord(value)) return [];
  const text = textOf(value.text);
  const data = textOf(value.callback_data) ?? textOf(value.data);
  const style = textOf(value.style);
  if (text === undefined || data === undefined) return [];
  return [{ text, data, ...(style !== undefined && { style }) }];
}
