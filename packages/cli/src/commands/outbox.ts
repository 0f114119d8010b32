import { type CliContext, CliFailure } from '../context.ts';
import { formatAge } from '../format.ts';
import { arrayAt, numberAt, recordAt, textAt } from '../json-reader.ts';
import { numberFlag } from '../number-flag.ts';
import { rpc } from '../rpc.ts';
import { boxTable } from '../table.ts';
import type { TargetedFlags } from '../tree/target-flags.ts';

export interface OutboxFlags extends TargetedFlags {
  readonly channel?: string;
  readonly state?: readonly string[];
  readonly limit?: string;
}

const DEFAULT_LIMIT = 50;
/** What waits for a person, and what waits for its turn. */
const OPEN_STATES = ['pending', 'sending', 'ambiguous', 'dead'];

/** `outbox list`: messages that are not delivered yet, and those that could not be. */
export async function outboxList(context: CliContext, flags: OutboxFlags): Promise<void> {
  const request = {
    states: flags.state ?? OPEN_STATES,
    limit: numberFlag(flags.limit, DEFAULT_LIMIT),
    ...(flags.channel !== undefined && { channel: flags.channel }),
  };
  const answer = await rpc(context, flags, 'channels.outbox.list', request);
  const deliveries = arrayAt(answer, 'deliveries');
  const { output } = context;
  if (flags.json) return output.json(answer);
  if (deliveries.length === 0) return output.line('Nothing waits and nothing failed.');
  const rows = deliveries.map((delivery) => [
    String(numberAt(delivery, 'id') ?? ''),
    textAt(delivery, 'state') ?? '',
    `${textAt(delivery, 'channel') ?? ''} ${textAt(recordAt(delivery, 'address'), 'to') ?? ''}`,
    textAt(delivery, 'preview') ?? '',
    String(numberAt(delivery, 'attempts') ?? 0),
    formatAge(context.now() - (numberAt(delivery, 'createdAt') ?? context.now())),
    textAt(delivery, 'reason') ?? '',
  ]);
  const head = ['Id', 'State', 'To', 'Message', 'Tries', 'Age', 'Why'];
  for (const line of boxTable(head, rows, output.columns)) output.line(line);
}

/** `outbox retry <id>` and `outbox drop <id>`: send a message again, or give it up for good. */
export async function outboxChange(
  context: CliContext,
  what: 'retry' | 'drop',
  id: string,
  flags: TargetedFlags,
): Promise<void> {
  const number = Number(id);
  if (!Number.isSafeInteger(number) || number < 1) throw new CliFailure([`Error: "${id}" is no id of the outbox`]);
  const answer = await rpc(context, flags, `channels.outbox.${what}`, { id: number });
  if (flags.json) return context.output.json(answer);
  context.output.line(what === 'retry' ? `Message ${number} is sent again.` : `Message ${number} is given up.`);
}
