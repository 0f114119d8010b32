import type { CliContext } from '../../context.ts';
import { arrayAt, numberAt, textAt } from '../../json-reader.ts';
import { boxTable } from '../../table.ts';
import { type NodeDesk, type NodeFlags, payloadOf, withNode } from './node-desk.ts';

interface InvokeFlags extends NodeFlags {
  readonly command: string;
  readonly params: string;
  readonly idempotencyKey?: string;
}

/** `nodes invoke`: one command with its raw parameters; the answer is always JSON. */
export async function nodesInvoke(context: CliContext, flags: InvokeFlags): Promise<void> {
  const answer = await withNode(context, 'nodes invoke', flags, ({ invoke }) =>
    invoke(flags.command, parsedParams(flags.params), flags.idempotencyKey),
  );
  context.output.json(answer);
}

function parsedParams(text: string): Record<string, unknown> {
  const params: unknown = JSON.parse(text);
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw new Error('--params must be a JSON object');
  }
  return { ...params };
}

interface NotifyFlags extends NodeFlags {
  readonly title?: string;
  readonly body?: string;
  readonly sound?: string;
  readonly priority?: string;
  readonly delivery?: string;
}

/** `nodes notify`: a notification on the node. */
export async function nodesNotify(context: CliContext, flags: NotifyFlags): Promise<void> {
  const { title = '', body = '', sound, priority, delivery } = flags;
  const answer = await withNode(context, 'nodes notify', flags, ({ invoke }) => {
    if (title.trim() === '' && body.trim() === '') throw new Error('missing --title or --body');
    const wishes = { ...(sound && { sound }), ...(priority && { priority }), ...(delivery && { delivery }) };
    return invoke('system.notify', { title, body, ...wishes });
  });
  report(context, flags, 'notify', answer);
}

/** Prints the gateway's answer, or that it worked. */
export function report(context: CliContext, flags: NodeFlags, what: string, answer: unknown): void {
  if (flags.json) context.output.json(answer);
  else context.output.line(`${what} ok`);
}

/** A command without parameters of its own, or with few: `canvas hide`, `canvas navigate`, `canvas a2ui reset`. */
export async function nodesAct(
  context: CliContext,
  flags: NodeFlags,
  what: string,
  act: (desk: NodeDesk) => Promise<unknown>,
): Promise<void> {
  report(context, flags, what, await withNode(context, `nodes ${what}`, flags, act));
}

/** `nodes camera list`. */
export async function nodesCameras(context: CliContext, flags: NodeFlags): Promise<void> {
  const answer = await withNode(context, 'nodes camera list', flags, ({ invoke }) => invoke('camera.list', {}));
  const devices = arrayAt(payloadOf(answer), 'devices');
  const { output } = context;
  if (flags.json) return output.json(devices);
  if (devices.length === 0) return output.line('No cameras.');
  const rows = devices.map((device) => ['name', 'position', 'id'].map((key) => textAt(device, key) ?? ''));
  for (const line of boxTable(['Name', 'Position', 'ID'], rows, output.columns)) output.line(line);
}

interface LocationFlags extends NodeFlags {
  readonly maxAge?: string;
  readonly accuracy?: string;
  readonly locationTimeout?: string;
}

/** `nodes location get`: `latitude,longitude ±metres`. */
export async function nodesLocation(context: CliContext, flags: LocationFlags): Promise<void> {
  const answer = await withNode(context, 'nodes location get', flags, ({ invoke }) =>
    invoke('location.get', {
      ...numberMember('maxAgeMs', flags.maxAge),
      ...(flags.accuracy !== undefined && { desiredAccuracy: flags.accuracy }),
      ...numberMember('timeoutMs', flags.locationTimeout),
    }),
  );
  const place = payloadOf(answer);
  if (flags.json) return context.output.json(place);
  const accuracy = numberAt(place, 'accuracyMeters');
  const about = accuracy === undefined ? '' : ` ±${accuracy.toFixed(1)}m`;
  context.output.line(`${numberAt(place, 'lat') ?? '?'},${numberAt(place, 'lon') ?? '?'}${about}`);
}

/** A number from the command line as a member of the parameters; nothing when it was not given. */
export function numberMember(name: string, text: string | undefined): Record<string, number> {
  const value = Number(text);
  return text === undefined || text.trim() === '' || !Number.isFinite(value) ? {} : { [name]: value };
}
