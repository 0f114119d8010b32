import { filledString, finiteNumber, isObject, type JsonObject, listOf, objectOf } from '../json-shape.ts';
import type { QuotaCredential, QuotaWindow, QuotaWire } from './quota.ts';

/** Quota requests of the providers that have them, and how their answers are read (reference agent/models.md §12). Pure. */

const MS_PER_SECOND = 1_000;
const SECONDS_PER_HOUR = 3_600;
const HOURS_PER_DAY = 24;
const COPILOT_HEADERS = {
  'editor-version': 'vscode/1.96.2',
  'user-agent': 'GitHubCopilotChat/0.26.7',
  'x-github-api-version': '2025-04-01',
};

const bearer = ({ secret }: QuotaCredential): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${secret}`,
  accept: 'application/json',
});

const googleQuota = (provider: string, displayName: string): QuotaWire => ({
  provider,
  displayName,
  accepts: 'login',
  request: (credential) => ({
    url: 'https://cloudcode-pa.googleapis.com/v1internal:retrieveUserQuota',
    method: 'POST',
    headers: { ...bearer(credential), 'content-type': 'application/json' },
    body: JSON.stringify(credential.projectId === undefined ? {} : { project: credential.projectId }),
  }),
  read: (answer) => ({ windows: googleWindows(listOf(objectOf(answer).buckets).filter(isObject)) }),
});

/** In the order of the report. */
export const QUOTA_WIRES: readonly QuotaWire[] = [
  {
    provider: 'anthropic',
    displayName: 'Claude',
    accepts: 'login',
    request: (credential) => ({
      url: 'https://api.anthropic.com/api/oauth/usage',
      headers: { ...bearer(credential), 'anthropic-version': '2023-06-01', 'anthropic-beta': 'oauth-2025-04-20' },
    }),
    read(answer) {
      const root = objectOf(answer);
      return {
        windows: [
          ...utilization('5h', root.five_hour),
          ...utilization('Week', root.seven_day),
          ...utilization('Sonnet', root.seven_day_sonnet),
          ...utilization('Opus', root.seven_day_opus),
        ],
      };
    },
  },
  {
    provider: 'github-copilot',
    displayName: 'Copilot',
    accepts: 'login',
    request: ({ secret }) => ({
      url: 'https://api.github.com/copilot_internal/user',
      headers: { authorization: `token ${secret}`, accept: 'application/json', ...COPILOT_HEADERS },
    }),
    read(answer) {
      const root = objectOf(answer);
      const quotas = objectOf(root.quota_snapshots);
      return {
        windows: [...remaining('Premium', quotas.premium_interactions), ...remaining('Chat', quotas.chat)],
        ...planOf(root.copilot_plan),
      };
    },
  },
  googleQuota('google-gemini-cli', 'Gemini'),
  googleQuota('google-antigravity', 'Antigravity'),
  {
    provider: 'minimax',
    displayName: 'MiniMax',
    accepts: 'any',
    request: (credential) => ({
      url: 'https://api.minimax.io/v1/api/openplatform/coding_plan/remains',
      headers: { ...bearer(credential), 'content-type': 'application/json' },
    }),
    read(answer) {
      const root = objectOf(answer);
      const status = objectOf(root.base_resp);
      const code = finiteNumber(status.status_code);
      if (code !== undefined && code !== 0) throw new Error(filledString(status.status_msg) ?? `API error ${code}`);
      return { windows: listOf(root.model_remains).filter(isObject).flatMap(minimaxWindow) };
    },
  },
  {
    provider: 'openai-codex',
    displayName: 'Codex',
    accepts: 'login',
    request: (credential) => ({
      url: 'https://chatgpt.com/backend-api/wham/usage',
      headers: {
        ...bearer(credential),
        ...(credential.accountId !== undefined && { 'chatgpt-account-id': credential.accountId }),
      },
    }),
    read(answer) {
      const root = objectOf(answer);
      const limits = objectOf(root.rate_limit);
      return {
        windows: [...codexWindow(limits.primary_window), ...codexWindow(limits.secondary_window)],
        ...planOf(root.plan_type),
      };
    },
  },
  { provider: 'xiaomi', displayName: 'Xiaomi', accepts: 'any' },
  {
    provider: 'zai',
    displayName: 'z.ai',
    accepts: 'any',
    request: (credential) => ({
      url: 'https://api.z.ai/api/monitor/usage/quota/limit',
      headers: bearer(credential),
    }),
    read(answer) {
      const root = objectOf(answer);
      if (root.success !== true || root.code !== 200) throw new Error(filledString(root.msg) ?? 'API error');
      const data = objectOf(root.data);
      return {
        windows: listOf(data.limits).filter(isObject).flatMap(zaiWindow),
        ...planOf(data.planName ?? data.plan),
      };
    },
  },
];

function planOf(value: unknown): { readonly plan?: string } {
  const plan = filledString(value);
  return plan === undefined ? {} : { plan };
}

function windowOf(label: string, usedPercent: number, resetAt: number | undefined): QuotaWindow {
  return {
    label,
    usedPercent: Math.min(100, Math.max(0, usedPercent)),
    ...(resetAt !== undefined && Number.isFinite(resetAt) && { resetAt }),
  };
}

function dateMs(value: unknown): number | undefined {
  const text = filledString(value);
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function utilization(label: string, value: unknown): readonly QuotaWindow[] {
  const window = objectOf(value);
  const used = finiteNumber(window.utilization);
  return used === undefined ? [] : [windowOf(label, used, dateMs(window.resets_at))];
}

function remaining(label: string, value: unknown): readonly QuotaWindow[] {
  const left = finiteNumber(objectOf(value).percent_remaining);
  return left === undefined ? [] : [windowOf(label, 100 - left, undefined)];
}

/** The fullest bucket of each model family. */
function googleWindows(buckets: readonly JsonObject[]): readonly QuotaWindow[] {
  const families = [
    { label: 'Pro', fits: /pro/i },
    { label: 'Flash', fits: /flash/i },
  ];
  return families.flatMap(({ label, fits }) => {
    const left = buckets
      .filter(({ modelId }) => fits.test(filledString(modelId) ?? ''))
      .map(({ remainingFraction }) => finiteNumber(remainingFraction) ?? 1);
    return left.length === 0 ? [] : [windowOf(label, (1 - Math.min(...left)) * 100, undefined)];
  });
}

function minimaxWindow(row: JsonObject): readonly QuotaWindow[] {
  const total = finiteNumber(row.current_interval_total_count);
  const left = finiteNumber(row.current_interval_usage_count);
  if (total === undefined || left === undefined || total <= 0) return [];
  const start = finiteNumber(row.start_time);
  const end = finiteNumber(row.end_time);
  const hours =
    start === undefined || end === undefined ? undefined : Math.round((end - start) / MS_PER_SECOND / SECONDS_PER_HOUR);
  // The service counts what is left, whatever the name says.
  return [windowOf(hours === undefined ? '5h' : spanLabel(hours), ((total - left) / total) * 100, end)];
}

function codexWindow(value: unknown): readonly QuotaWindow[] {
  const window = objectOf(value);
  const used = finiteNumber(window.used_percent);
  if (used === undefined) return [];
  const seconds = finiteNumber(window.limit_window_seconds) ?? 0;
  const reset = finiteNumber(window.reset_at);
  const label = spanLabel(Math.round(seconds / SECONDS_PER_HOUR));
  return [windowOf(label, used, reset === undefined ? undefined : reset * MS_PER_SECOND)];
}

function zaiWindow(limit: JsonObject): readonly QuotaWindow[] {
  const used = finiteNumber(limit.percentage);
  if (used === undefined) return [];
  const units: Readonly<Record<number, string>> = { 1: 'd', 3: 'h', 5: 'm' };
  const unit = units[finiteNumber(limit.unit) ?? 0];
  const span = unit === undefined ? 'Limit' : `${finiteNumber(limit.number) ?? 1}${unit}`;
  const reset = finiteNumber(limit.nextResetTime) ?? dateMs(limit.nextResetTime);
  if (limit.type === 'TOKENS_LIMIT') return [windowOf(`Tokens (${span})`, used, reset)];
  return limit.type === 'TIME_LIMIT' ? [windowOf('Monthly', used, reset)] : [];
}

function spanLabel(hours: number): string {
  if (hours >= 7 * HOURS_PER_DAY) return 'Week';
  return hours >= HOURS_PER_DAY ? 'Day' : `${hours}h`;
}
