import { normalizeUsage } from '@chela/protocol';
import { billingDisableMs, clearExpiredRests, cooldownConfig, cooldownMs, statsAfterFailure } from './auth/cooldown.ts';
import { orderProfiles } from './auth/order.ts';
import { type AuthStore, parseAuthStore, parseStats, parseUsageStats } from './auth/profiles.ts';
import type { FailoverReason } from './driver.ts';
import { classifyError, classifyMessage } from './failures/classify.ts';
import { assistantErrorText, sanitizeUserText } from './failures/error-text.ts';
import { isCompactionFailure, isContextOverflow, isLikelyContextOverflow } from './failures/overflow.ts';
import { cleanGeminiSchema } from './gemini-schema.ts';
import { transcriptPolicy } from './history/policy.ts';
import { createIdRenamer, sanitizeToolCallId } from './history/tool-call-ids.ts';
import { finiteNumber, isObject, type JsonObject, listOf, objectOf, stringOf } from './json-shape.ts';
import { makeRef, parseModelRef } from './refs.ts';
import { configuredRef, type KnownModel, resolveAllowedRef, thinkingDefault } from './selection.ts';
import { readModelSettings } from './settings.ts';
import {
  normalizeElevated,
  normalizeReasoning,
  normalizeThinking,
  normalizeUsageDisplay,
  normalizeVerbose,
  thinkingFallback,
  thinkingLevels,
} from './thinking.ts';
import { estimatedCost, formatTokens, formatUsd, promptTokens, sessionTotalTokens } from './usage.ts';

/**
 * Runs a case of a golden table of reference agent/golden: the case's `in` to our `out`. `null` stands for "no value".
 * A rule that refuses throws or returns `{error}`, as the table has it.
 */
export type GoldenRunner = (input: unknown, table: { readonly fixture?: unknown }) => unknown;

export const goldenRunners: Readonly<Record<string, GoldenRunner>> = {
  'model-ref-parse': (input) => {
    const { raw, defaultProvider } = objectOf(input);
    return parseModelRef(text(raw), text(defaultProvider)) ?? null;
  },
  'model-selection': (input) => selectionCase(objectOf(input)),
  'failover-classify': (input) => classifyCase(objectOf(input)),
  'error-text': (input) => {
    const { fn, errorMessage, provider, text: plain, errorContext } = objectOf(input);
    return fn === 'sanitize'
      ? sanitizeUserText(text(plain), errorContext === true)
      : assistantErrorText(text(errorMessage), stringOf(provider));
  },
  usage: (input) => usageCase(objectOf(input)),
  'thinking-levels': (input) => thinkingCase(objectOf(input)),
  'transcript-policy': (input) => {
    const { provider, modelId, modelApi } = objectOf(input);
    return transcriptPolicy({ provider: text(provider), modelId: text(modelId), modelApi: text(modelApi) });
  },
  'tool-call-id': (input) => {
    const { fn, id, mode, messages } = objectOf(input);
    const idMode = mode === 'strict9' ? 'strict9' : 'strict';
    return fn === 'one'
      ? sanitizeToolCallId(text(id), idMode)
      : renamed(listOf(messages).filter(isObject), createIdRenamer(idMode));
  },
  'tool-schema-gemini': (input) => cleanGeminiSchema(input),
  'auth-profiles': (input) => authCase(objectOf(input)),
};

/** The profiles the `auth-profiles` table takes for granted. */
const TABLE_PROFILES = {
  'a:oauth': { type: 'oauth', provider: 'anthropic', access: 'access', refresh: 'refresh' },
  'a:tok': { type: 'token', provider: 'anthropic', token: 'token' },
  'a:key': { type: 'api_key', provider: 'anthropic', key: 'key' },
  'z:1': { type: 'api_key', provider: 'z.ai', key: 'key' },
};

function selectionCase(input: JsonObject): unknown {
  const settings = readModelSettings(input.cfg);
  const fallback = makeRef(text(input.defaultProvider, 'anthropic'), text(input.defaultModel, 'claude-opus-4-6'));
  const catalog = listOf(input.catalog).filter(isObject).map(knownModel);
  if (input.fn === 'configured') return configuredRef(settings, fallback);
  if (input.fn === 'agentDefault') return configuredRef(settings, fallback, stringOf(input.agentId));
  if (input.fn === 'allowed') return resolveAllowedRef(text(input.raw), settings, catalog, fallback);
  return thinkingDefault(settings, { provider: text(input.provider), model: text(input.model) }, catalog);
}

function classifyCase(input: JsonObject): unknown {
  if (input.fn === 'error') return { reason: classifyError(input.error) ?? null };
  const message = text(input.text);
  return {
    reason: classifyMessage(message) ?? null,
    contextOverflow: isContextOverflow(message),
    likelyContextOverflow: isLikelyContextOverflow(message),
    compactionFailure: isCompactionFailure(message),
  };
}

function usageCase(input: JsonObject): unknown {
  const usage = normalizeUsage(input.usage);
  const value = finiteNumber(input.value) ?? 0;
  if (input.fn === 'normalize') return normalizeUsage(input.raw) ?? null;
  if (input.fn === 'promptTokens') return promptTokens(usage ?? {}) ?? null;
  if (input.fn === 'tokens') return formatTokens(value);
  if (input.fn === 'usd') return formatUsd(value);
  if (input.fn === 'cost') {
    const price = objectOf(input.cost);
    const of = (name: string): number => finiteNumber(price[name]) ?? 0;
    const prices = {
      input: of('input'),
      output: of('output'),
      cacheRead: of('cacheRead'),
      cacheWrite: of('cacheWrite'),
    };
    return estimatedCost(usage ?? {}, prices);
  }
  const prompt = finiteNumber(input.promptTokens);
  return (
    sessionTotalTokens({
      ...(usage === undefined ? {} : { usage }),
      ...(prompt === undefined ? {} : { promptTokens: prompt }),
    }) ?? null
  );
}

function thinkingCase(input: JsonObject): unknown {
  const value = text(input.value);
  if (input.fn === 'think') return normalizeThinking(value) ?? null;
  if (input.fn === 'verbose') return normalizeVerbose(value) ?? null;
  if (input.fn === 'elevated') return normalizeElevated(value) ?? null;
  if (input.fn === 'reasoning') return normalizeReasoning(value) ?? null;
  if (input.fn === 'usage') return normalizeUsageDisplay(value) ?? null;
  if (input.fn === 'levels') return thinkingLevels(stringOf(input.provider), stringOf(input.model));
  const attempted = listOf(input.attempted).flatMap((level) => normalizeThinking(text(level)) ?? []);
  return thinkingFallback(text(input.message), new Set(attempted)) ?? null;
}

function authCase(input: JsonObject): unknown {
  const nowMs = finiteNumber(input.nowMs) ?? 0;
  const cooldowns = readModelSettings(input.cfg).auth.cooldowns;
  const number = (name: string): number => finiteNumber(input[name]) ?? 0;
  if (input.fn === 'order') return orderCase(input, nowMs);
  if (input.fn === 'cooldownMs') return cooldownMs(number('errorCount'));
  if (input.fn === 'billingMs') return billingDisableMs(number('errorCount'), number('baseMs'), number('maxMs'));
  if (input.fn === 'config') return cooldownConfig(cooldowns, text(input.providerId));
  if (input.fn === 'clearExpired') return clearExpiredRests(parseUsageStats(input.usageStats), nowMs);
  const reason = REASONS.find((known) => known === input.reason) ?? 'unknown';
  return statsAfterFailure(
    parseStats(input.existing),
    reason,
    nowMs,
    cooldownConfig(cooldowns, text(input.providerId)),
  );
}

const REASONS: readonly FailoverReason[] = ['auth', 'format', 'rate_limit', 'billing', 'timeout', 'unknown'];

function orderCase(input: JsonObject, nowMs: number): readonly string[] {
  const store: AuthStore = parseAuthStore({
    profiles: isObject(input.profiles) ? input.profiles : TABLE_PROFILES,
    order: input.order,
    usageStats: input.usageStats,
  });
  const preferred = stringOf(input.preferredProfile);
  return orderProfiles({
    provider: text(input.provider),
    store,
    auth: readModelSettings(input.cfg).auth,
    nowMs,
    ...(preferred === undefined ? {} : { preferred }),
  });
}

/** The table's messages are loose JSON; the rule is the renaming itself. */
function renamed(messages: readonly JsonObject[], rename: (id: string) => string): readonly JsonObject[] {
  return messages.map((message) => {
    if (message.role === 'toolResult') return { ...message, toolCallId: rename(text(message.toolCallId)) };
    if (message.role !== 'assistant') return message;
    const content = listOf(message.content).map((part) =>
      isObject(part) && part.type === 'toolCall' ? { ...part, id: rename(text(part.id)) } : part,
    );
    return { ...message, content };
  });
}

function knownModel(row: JsonObject): KnownModel {
  return { provider: text(row.provider), id: text(row.id), reasoning: row.reasoning === true };
}

function text(value: unknown, fallback = ''): string {
  return stringOf(value) ?? fallback;
}
