import type { AgentRuntime, SystemEvents } from '@chela/agent';
import type { Config, ConfigEdit, StatePaths } from '@chela/config';
import type { UnderstandInbound } from '@chela/models';
import type { Clock, Logger, Metrics } from '@chela/observability';
import type { Store } from '@chela/store';
import type { InboundMessage } from '../contract/inbound.ts';
import type { AccountName, AdapterCatalog, Connections, Outbound } from '../kernel.ts';
import type { PairingStore } from '../pairing/create-pairing-store.ts';
import type { SeesImages } from './understand-message.ts';

export interface InboundDeps {
  readonly config: { current(): Config; readonly paths: Pick<StatePaths, 'stateDir'> };
  readonly store: Pick<Store, 'channelInbox' | 'sessions'>;
  readonly agent: Pick<AgentRuntime, 'submit'>;
  readonly adapters: Pick<AdapterCatalog, 'load'>;
  readonly connections: Pick<Connections, 'get'>;
  readonly outbound: Pick<Outbound, 'notify'>;
  readonly pairing: Pick<PairingStore, 'allowed' | 'request'>;
  readonly systemEvents: Pick<SystemEvents, 'add'>;
  /** Merged settings of an account, as they are now (reference channels/framework.md §2). */
  readonly settings: (account: AccountName) => Readonly<Record<string, unknown>>;
  /** Finds words for voice notes, videos and links; absent: messages go on as they are. */
  readonly understand?: UnderstandInbound;
  /** Whether the model that answers there is shown pictures; others read what a sticker shows. */
  readonly seesImages?: SeesImages;
  /** Changes the configuration file; absent: nothing is changed when a group gets a new id. */
  readonly editConfig?: (edits: readonly ConfigEdit[]) => Promise<void>;
  /** Whether a message is one of ours that came back; for channels that do not mark their own (reference channels/framework.md §21). */
  readonly isEcho?: (account: AccountName, message: InboundMessage) => boolean;
  /** `--profile` of this gateway, for the command in pairing notices. */
  readonly profile?: string;
  /** IANA name of the machine's own time zone. */
  readonly timeZone: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}
