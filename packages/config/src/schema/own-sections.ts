import type { JsonObject } from '../json-object.ts';
import type { SchemaNode } from './schema-node.ts';

const text: SchemaNode = { type: 'string' };
const flag: SchemaNode = { type: 'boolean' };
const texts: SchemaNode = { type: 'array', items: text };
const count: SchemaNode = { type: 'integer', minimum: 1 };
const score: SchemaNode = { type: 'integer', minimum: 0, maximum: 100 };
const verdict: SchemaNode = { enum: ['allow', 'review', 'block'] };

function section(properties: Readonly<Record<string, SchemaNode>>): SchemaNode {
  return { type: 'object', properties, additionalProperties: false };
}

function record(value: SchemaNode): SchemaNode {
  return { type: 'object', propertyNames: text, additionalProperties: value };
}

/** Settings of the defender (reference defender/defender.md §A). */
const defender = section({
  mode: { enum: ['off', 'audit', 'enforce'] },
  rules: { enum: ['baseline', 'full'] },
  reviewThreshold: score,
  blockThreshold: score,
  auditOnly: flag,
  promptInjectionPatterns: texts,
  blockedCommandPatterns: texts,
  allowedCommandPrefixes: texts,
  toolRiskBonus: record(score),
  channelRiskBonus: record(score),
  toolPolicies: record(verdict),
  protectedFiles: { anyOf: [texts, record(text)] },
  evaluationTimeoutMs: { type: 'integer', minimum: 100 },
  workers: count,
  queueLimit: count,
  quarantineDir: text,
  idempotency: section({ ttlMs: count, maxEntries: count }),
  reputation: section({ apiKey: text, baseUrl: text, timeoutMs: { type: 'integer', minimum: 500 } }),
  textScore: section({ enabled: flag, points: score }),
  provenance: section({ untrusted: texts, waysOut: texts }),
  eventName: text,
  bundle: section({
    path: text,
    auditOnly: flag,
    trustedKeys: record(text),
    channels: texts,
    agents: texts,
  }),
});

/** A limit on model calls: US dollars, tokens, or both. */
const budget = section({ usd: { type: 'number', minimum: 0 }, tokens: { type: 'integer', minimum: 0 } });
/** One MCP server (docs/guides/skills.md); that it has a command or a url is a rule of its own. */
const mcpServer = section({
  enabled: flag,
  command: { type: 'string', minLength: 1 },
  args: texts,
  env: record(text),
  cwd: text,
  url: { type: 'string', minLength: 1 },
  headers: record(text),
  timeoutSeconds: { type: 'number', exclusiveMinimum: 0, maximum: 3_600 },
  idleSeconds: { type: 'number', exclusiveMinimum: 0, maximum: 86_400 },
});
/** Server names become parts of tool names. */
const serverName: SchemaNode = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$' };

/**
 * Sections of `openclaw.json` that the original does not know. They have names of their own at the top of the file, so
 * that an export for the original can drop them whole.
 */
export const OWN_SECTIONS: Readonly<Record<string, SchemaNode>> = {
  budgets: section({ run: budget, session: budget, agent: budget, day: budget }),
  security: section({ defender }),
  mcp: section({ servers: { type: 'object', propertyNames: serverName, additionalProperties: mcpServer } }),
};

/** The configuration as the original would accept it. */
export function withoutOwnSections(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !Object.hasOwn(OWN_SECTIONS, key)));
}
