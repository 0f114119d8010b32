import type { InboundConversation } from '../contract/inbound.ts';
import { isRecord, textOf } from '../record.ts';
import { ANYBODY } from './lists.ts';

type Settings = Readonly<Record<string, unknown>>;

/** What the configuration says of a group, nearest first: topic, group, `*` (reference channels/framework.md §7). */
export interface GroupSettings {
  /** `groups` names groups at all: then it is the list of groups that may write. */
  readonly isListed: boolean;
  /** The group, or `*`, is in it. */
  readonly isKnown: boolean;
  readonly layers: readonly Settings[];
  /** The first layer, when the conversation is a topic that has settings. */
  readonly topic?: Settings;
}

type Layers = Pick<GroupSettings, 'layers'>;

/** Pure. */
export function groupSettings(settings: Settings, conversation: InboundConversation): GroupSettings {
  const groups = isRecord(settings.groups) ? settings.groups : {};
  const names = Object.keys(groups);
  const own = lookUp(groups, conversation.id) ?? lookUp(groups, conversation.parentId);
  const anyGroup = recordAt(groups, ANYBODY);
  const group = own ?? anyGroup;
  const topics = isRecord(group?.topics) ? group.topics : {};
  const topic = lookUp(topics, conversation.threadId);
  return {
    isListed: names.length > 0,
    isKnown: group !== undefined,
    ...(topic !== undefined && { topic }),
    layers: [topic, own, anyGroup].filter((layer) => layer !== undefined),
  };
}

/** Whether one of the layers is switched off. */
export function isSwitchedOff({ layers }: GroupSettings): boolean {
  return layers.some(({ enabled }) => enabled === false);
}

/** The first of the layers that says it. */
export function firstBoolean({ layers }: Layers, key: string): boolean | undefined {
  return layers.map((layer) => layer[key]).find((value) => typeof value === 'boolean');
}

export function firstText({ layers }: Layers, key: string): string | undefined {
  return layers.map((layer) => textOf(layer[key])).find((value) => value !== undefined);
}

/** The first list that has entries. */
export function firstList({ layers }: Layers, key: string): readonly unknown[] | undefined {
  return layers
    .map((layer) => layer[key])
    .find((value): value is readonly unknown[] => Array.isArray(value) && value.length > 0);
}

function lookUp(entries: Settings, id: string | undefined): Settings | undefined {
  if (id === undefined) return undefined;
  const exact = recordAt(entries, id);
  if (exact !== undefined) return exact;
  const key = Object.keys(entries).find((name) => name.toLowerCase() === id.toLowerCase());
  return key === undefined || key === ANYBODY ? undefined : recordAt(entries, key);
}

function recordAt(entries: Settings, key: string): Settings | undefined {
  const value = Object.hasOwn(entries, key) ? entries[key] : undefined;
  return isRecord(value) ? value : undefined;
}
