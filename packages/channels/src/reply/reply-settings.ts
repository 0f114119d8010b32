import { agentConfig, type Config } from '@chela/config';
import type { ChannelFacts } from '../contract/facts.ts';
import type { TableMode } from '../format/read-table.ts';
import { isRecord, textOf } from '../record.ts';
import type { RenderRules } from './render.ts';

/** What the configuration says of the answers of an account; read afresh for each answer. Pure. */
export interface ReplySettings {
  readonly render: RenderRules;
  readonly replyToMode: 'off' | 'first' | 'all';
  readonly mediaMaxBytes: number;
  readonly responsePrefix: string | undefined;
  readonly identityName: string | undefined;
}

type Settings = Readonly<Record<string, unknown>>;

const BYTES_A_MB = 1024 * 1024;

export interface ReplySettingsInput {
  readonly config: Config;
  /** `channels.<id>` with the account's own settings laid over it. */
  readonly account: Settings;
  readonly facts: ChannelFacts;
  readonly agentId: string;
}

/** Reference channels/framework.md §12, §13, §16. */
export function replySettings({ config, account, facts, agentId }: ReplySettingsInput): ReplySettings {
  const identity = agentConfig(config, agentId)?.identity;
  const mediaMb = numberOf(account.mediaMaxMb) ?? numberOf(defaultsOf(config).mediaMaxMb) ?? facts.limits.mediaMb;
  return {
    render: {
      dialect: facts.dialect,
      tables: tableMode(sectionOf(account.markdown).tables) ?? facts.tables,
      limit: Math.max(1, numberOf(account.textChunkLimit) ?? facts.limits.textChars),
      chunkMode: account.chunkMode === 'newline' ? 'newline' : 'length',
    },
    replyToMode: account.replyToMode === 'first' || account.replyToMode === 'all' ? account.replyToMode : 'off',
    mediaMaxBytes: mediaMb * BYTES_A_MB,
    // An empty text is a word too: no prefix here, whatever stands above.
    responsePrefix: firstText(account.responsePrefix, sectionOf(config.messages).responsePrefix),
    identityName: textOf(identity?.name),
  };
}

function firstText(...values: readonly unknown[]): string | undefined {
  return textOf(values.find((value) => typeof value === 'string'));
}

export function defaultsOf(config: Config): Settings {
  return sectionOf(config.agents?.defaults);
}

export function sectionOf(value: unknown): Settings {
  return isRecord(value) ? value : {};
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function tableMode(value: unknown): TableMode | undefined {
  return value === 'off' || value === 'bullets' || value === 'code' ? value : undefined;
}
