import { filledString, finiteNumber, isObject, listOf, objectOf } from '../json-shape.ts';

/** A program that reads the page behind an address; `{{LinkUrl}}` in its arguments is filled in. */
export interface LinkModel {
  readonly command: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
}

export interface LinkSettings {
  readonly enabled: boolean;
  readonly maxLinks: number;
  /** As written; read by `scopeAllows`. */
  readonly scope: unknown;
  readonly models: readonly LinkModel[];
}

const MAX_LINKS = 3;
const TIMEOUT_SECONDS = 30;
const SECOND_MS = 1_000;

/** Reads `tools.links`; entries without a command are left out. */
export function readLinkSettings(config: unknown): LinkSettings {
  const links = objectOf(objectOf(objectOf(config).tools).links);
  return {
    enabled: links.enabled !== false,
    maxLinks: Math.max(1, finiteNumber(links.maxLinks) ?? MAX_LINKS),
    scope: links.scope,
    models: listOf(links.models)
      .filter(isObject)
      .flatMap((model) => {
        const command = filledString(model.command);
        const seconds = finiteNumber(model.timeoutSeconds) ?? finiteNumber(links.timeoutSeconds) ?? TIMEOUT_SECONDS;
        const args = listOf(model.args).filter((arg) => typeof arg === 'string');
        return command === undefined ? [] : [{ command, args, timeoutMs: seconds * SECOND_MS }];
      }),
  };
}
