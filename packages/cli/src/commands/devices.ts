import { type CliContext, CliFailure } from '../context.ts';
import { formatAge } from '../format.ts';
import { withGateway } from '../gateway-call.ts';
import { resolveTarget } from '../gateway-target.ts';
import { arrayAt, flagAt, numberAt, recordAt, textAt } from '../json-reader.ts';
import { loadConfig } from '../loaded-config.ts';
import { numberFlag } from '../number-flag.ts';
import { boxTable } from '../table.ts';
import type { TargetedFlags } from '../tree/target-flags.ts';

export interface DeviceFlags extends TargetedFlags {
  readonly password?: string;
}

type Ask = (method: string, params: unknown) => Promise<unknown>;

const DEFAULT_TIMEOUT_MS = 10_000;

async function asking<T>(context: CliContext, flags: DeviceFlags, use: (ask: Ask) => Promise<T>): Promise<T> {
  const target = resolveTarget(context, await loadConfig(context), flags);
  const timeoutMs = numberFlag(flags.timeout, DEFAULT_TIMEOUT_MS);
  return withGateway(context, target, { timeoutMs }, (session) =>
    use((method, params) => session.request(method, params)),
  );
}

/** `devices list`: who asks to be paired and who is (reference cli/samples/devices-list-json). */
export async function devicesList(context: CliContext, flags: DeviceFlags): Promise<void> {
  const answer = await asking(context, flags, (ask) => ask('device.pair.list', {}));
  const pending = arrayAt(answer, 'pending');
  const paired = arrayAt(answer, 'paired');
  const { output } = context;
  if (flags.json) return output.json({ pending, paired });
  if (pending.length === 0 && paired.length === 0) return output.line('No devices.');
  if (pending.length > 0) {
    const rows = pending.map((request) => pendingRow(request, context.now()));
    output.line(`Pending (${rows.length})`);
    const head = ['Request', 'Role', 'IP', 'Asked', 'Device'];
    for (const line of boxTable(head, rows, output.columns)) output.line(line);
  }
  if (paired.length === 0) return;
  output.line(`Paired (${paired.length})`);
  const rows = paired.map(pairedRow);
  for (const line of boxTable(['Device', 'Roles', 'Tokens', 'Scopes'], rows, output.columns)) output.line(line);
}

function pendingRow(request: unknown, now: number): readonly string[] {
  const askedAt = numberAt(request, 'ts');
  const mark = flagAt(request, 'isRepair') ? ' (again)' : '';
  return [
    textAt(request, 'requestId') ?? '',
    textAt(request, 'role') ?? '',
    textAt(request, 'remoteIp') ?? '',
    askedAt === undefined ? '' : formatAge(now - askedAt),
    `${textAt(request, 'displayName') ?? textAt(request, 'deviceId') ?? ''}${mark}`,
  ];
}

function pairedRow(device: unknown): readonly string[] {
  const id = textAt(device, 'deviceId') ?? '';
  const name = textAt(device, 'displayName');
  const tokens = arrayAt(device, 'tokens').map(
    (token) => `${textAt(token, 'role') ?? '?'}${numberAt(token, 'revokedAtMs') === undefined ? '' : ' (revoked)'}`,
  );
  return [
    name === undefined ? id : `${name} ${id}`,
    arrayAt(device, 'roles').map(String).join(', '),
    tokens.join(', '),
    arrayAt(device, 'scopes').map(String).join(', '),
  ];
}

/** `devices approve`: the request that is named, else the newest. */
export async function devicesApprove(
  context: CliContext,
  requestId: string | undefined,
  flags: DeviceFlags & { readonly latest?: boolean },
): Promise<void> {
  const answer = await asking(context, flags, async (ask) => {
    const id = requestId !== undefined && !flags.latest ? requestId : newestRequest(await ask('device.pair.list', {}));
    return ask('device.pair.approve', { requestId: id });
  });
  if (flags.json) return context.output.json(answer);
  const deviceId = textAt(recordAt(answer, 'device'), 'deviceId') ?? 'device';
  context.output.line(`Approved ${deviceId} (${textAt(answer, 'requestId') ?? requestId ?? ''})`);
}

function newestRequest(answer: unknown): string {
  const newest = arrayAt(answer, 'pending').toSorted(
    (one, other) => (numberAt(other, 'ts') ?? 0) - (numberAt(one, 'ts') ?? 0),
  )[0];
  const id = textAt(newest, 'requestId');
  if (id === undefined) throw new CliFailure(['No pending device pairing requests to approve']);
  return id;
}

/** `devices reject`. */
export async function devicesReject(context: CliContext, requestId: string, flags: DeviceFlags): Promise<void> {
  const answer = await asking(context, flags, (ask) => ask('device.pair.reject', { requestId }));
  if (flags.json) return context.output.json(answer);
  context.output.line(`Rejected ${textAt(answer, 'deviceId') ?? requestId}`);
}

interface TokenFlags extends DeviceFlags {
  readonly device: string;
  readonly role: string;
  readonly scope?: readonly string[];
}

/** `devices rotate`: a fresh token; the old one stops working. The answer, with the token, is always JSON. */
export async function devicesRotate(context: CliContext, flags: TokenFlags): Promise<void> {
  const { device: deviceId, role, scope } = flags;
  const params = { deviceId, role, ...(scope !== undefined && { scopes: scope }) };
  context.output.json(await asking(context, flags, (ask) => ask('device.token.rotate', params)));
}

/** `devices revoke`. */
export async function devicesRevoke(context: CliContext, flags: TokenFlags): Promise<void> {
  const { device: deviceId, role } = flags;
  context.output.json(await asking(context, flags, (ask) => ask('device.token.revoke', { deviceId, role })));
}
