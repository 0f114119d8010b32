/**
 * Runs the contract's behaviour tables for tools against this package: one function a table, from a case's input to the
 * output the table expects. The parity program and this package's own tests go through it.
 */
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Config } from '@chela/config';
import { isRecord, optionalText, textList } from './call/arguments.ts';
import { textResult } from './call/result.ts';
import { errorMessage } from './call/tool-input-error.ts';
import { type AllowlistVerdict, judgeCommand } from './exec/allowlist.ts';
import { resolveApprovals } from './exec/approvals-file.ts';
import { matchesPattern } from './exec/pattern.ts';
import { maxAsk, minSecurity, needsApproval } from './exec/permission.ts';
import { asExecAsk, asExecSecurity, type ExecAsk, type ExecSecurity, SAFE_BINS } from './exec/settings.ts';
import { atHostPath, type FilePlace, type FileUse } from './files/file-access.ts';
import { assertInsideRoot, resolvePatchPath } from './files/tool-path.ts';
import { detectLoop, type PastCall } from './loop/loop-detection.ts';
import { callKey, resultKey } from './loop/loop-guard.ts';
import { loopSettings } from './loop/loop-settings.ts';
import { applyPatch, summaryText } from './patch/apply.ts';
import { isConditionMet } from './policy/conditions.ts';
import { policyLayers } from './policy/layers.ts';
import { applyPolicies } from './policy/pipeline.ts';
import { TOOL_ORDER } from './policy/tool-names.ts';
import { policyOf } from './policy/tool-policy.ts';
import { sandboxTable } from './sandbox/golden-table.ts';
import type { ToolScope } from './tool.ts';
import { isBlockedHost, isPrivateAddress } from './web/private-address.ts';

type Json = Readonly<Record<string, unknown>>;
type GoldenTable = { readonly fixture?: unknown; readonly baseConfig?: unknown };
type GoldenRunner = (input: unknown, table: GoldenTable) => unknown | Promise<unknown>;

const ROOT = '<ROOT>';

function record(value: unknown): Json {
  return isRecord(value) ? value : {};
}
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
function records(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A value with one text replaced by another in every string. */
function replaceIn(value: unknown, from: string, to: string): unknown {
  return JSON.parse(JSON.stringify(value ?? null), (_key, inner: unknown) =>
    typeof inner === 'string' ? inner.replaceAll(from, to) : inner,
  );
}

async function inScratch<T>(task: (root: string) => Promise<T>): Promise<T> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'golden-')));
  try {
    return await task(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function store(path: string, content: string, mode?: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  if (mode !== undefined) await chmod(path, mode);
}

async function contents(root: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(relative(root, path), await readFile(path, 'utf8'));
  }
  return found;
}

async function patch(input: unknown, table: GoldenTable): Promise<unknown> {
  const fixture = record(table.fixture);
  return inScratch(async (root) => {
    for (const [path, content] of Object.entries(record(fixture.files))) await store(join(root, path), text(content));
    const before = await contents(root);
    const place = {
      root,
      async at<T>(path: string, use: FileUse, task: (file: FilePlace) => Promise<T>): Promise<T> {
        const absolute = resolvePatchPath(path, root, join(root, '..'));
        if (fixture.workspaceOnly === true) {
          await assertInsideRoot(root, absolute, { shown: path, lastLink: use === 'remove' });
        }
        return atHostPath(absolute, use, task);
      },
      signal: new AbortController().signal,
    };
    const outcome = await applyPatch(text(record(input).patch), place).then(
      (summary) => ({ text: summaryText(summary), summary }),
      (error: unknown) => ({ error: errorMessage(error) }),
    );
    const after = await contents(root);
    const names = new Set([...before.keys(), ...after.keys()]);
    const differing = [...names].filter((name) => before.get(name) !== after.get(name));
    const changed = Object.fromEntries(differing.map((name) => [name, after.get(name) ?? null]));
    return replaceIn({ ...outcome, changed }, root, ROOT);
  });
}

/** Paths of a fixture entry such as `<ROOT>/bin/{git,rg}`. */
function braces(path: string): readonly string[] {
  const found = /^(.*)\{([^}]*)\}(.*)$/.exec(path);
  if (found === null) return [path];
  const [, head = '', names = '', tail = ''] = found;
  return names.split(',').map((name) => head + name + tail);
}

function verdictView(verdict: AllowlistVerdict): Json {
  const needed = (ask: ExecAsk): boolean => needsApproval(ask, 'allowlist', verdict.satisfied);
  return {
    analysisOk: verdict.analysisOk,
    allowlistSatisfied: verdict.satisfied,
    segmentSatisfiedBy: verdict.segments.map(({ reason }) => reason ?? null),
    matchedPatterns: verdict.segments.map(({ matched }) => matched?.pattern).filter((pattern) => pattern !== undefined),
    segments: verdict.segments.map(({ argv, executable }) => ({
      argv,
      resolvedPath: executable.resolvedPath ?? null,
    })),
    reason: verdict.problem ?? null,
    approvalNeeded: { onMiss: needed('on-miss'), always: needed('always'), off: needed('off') },
    ...(verdict.rebuilt === undefined ? {} : { rebuilt: verdict.rebuilt }),
  };
}

async function allowlist(input: unknown, table: GoldenTable): Promise<unknown> {
  return inScratch(async (root) => {
    const fixture = record(replaceIn(table.fixture, ROOT, root));
    const given = record(replaceIn(input, ROOT, root));
    for (const path of textList(fixture, 'executables').flatMap(braces)) await store(path, '#!/bin/sh\n', 0o755);
    for (const entry of textList(fixture, 'plainFiles')) await store(entry.replace(/ \(.*\)$/, ''), '', 0o644);
    for (const path of textList(fixture, 'dirs')) await mkdir(path, { recursive: true });
    const bins = given.safeBins ?? fixture.safeBins;
    const verdict = await judgeCommand(text(given.command), {
      allowlist: records(given.allowlist ?? fixture.allowlist).map((entry) => ({ pattern: text(entry.pattern) })),
      safeBins: Array.isArray(bins) ? textList({ bins }, 'bins') : SAFE_BINS,
      skillBins: new Set(textList(given, 'skillBins')),
      place: { cwd: text(fixture.cwd), homeDir: text(fixture.HOME), path: text(fixture.PATH) },
      platform: given.platform === 'win32' ? 'win32' : 'linux',
    });
    return replaceIn(verdictView(verdict), root, ROOT);
  });
}

function approvals(input: unknown): unknown {
  const given = record(input);
  const security = (key: string): ExecSecurity => asExecSecurity(given[key]) ?? 'deny';
  const ask = (key: string): ExecAsk => asExecAsk(given[key]) ?? 'off';
  if (given.fn === 'minSecurity') return minSecurity(security('a'), security('b'));
  if (given.fn === 'maxAsk') return maxAsk(ask('a'), ask('b'));
  const overrides = record(given.overrides);
  const own = {
    security: asExecSecurity(overrides.security),
    ask: asExecAsk(overrides.ask),
    askFallback: asExecSecurity(overrides.askFallback),
  };
  const resolved = resolveApprovals(given.file, optionalText(given, 'agentId'), {
    ...(own.security && { security: own.security }),
    ...(own.ask && { ask: own.ask }),
    ...(own.askFallback && { askFallback: own.askFallback }),
    ...(typeof overrides.autoAllowSkills === 'boolean' && { autoAllowSkills: overrides.autoAllowSkills }),
  });
  return { ...resolved, allowlist: resolved.allowlist.map(({ pattern }) => pattern) };
}

/** Two configurations as one: members of objects united, the second wins elsewhere. */
function merged(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over === undefined ? base : over;
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries([...keys].map((key) => [key, merged(base[key], over[key])]));
}

function scopeOf(context: Json): ToolScope {
  const origin: Record<string, unknown> = {
    channel: context.messageProvider,
    groupId: context.groupId,
    groupChannel: context.groupChannel,
    groupSpace: context.groupSpace,
    senderId: context.senderId,
    senderName: context.senderName,
    senderUsername: context.senderUsername,
    senderE164: context.senderE164,
    spawnedBy: context.spawnedBy,
  };
  const known = Object.fromEntries(Object.entries(origin).filter(([, value]) => typeof value === 'string'));
  const sessionKey = text(context.sessionKey);
  return {
    agentId: optionalText(context, 'agentId') ?? /^agent:([^:]+)/.exec(sessionKey)?.[1] ?? 'main',
    sessionKey,
    provider: text(context.modelProvider),
    model: text(context.modelId),
    origin: { ...known, senderIsOwner: context.senderIsOwner === true },
  };
}

function policy(input: unknown, table: GoldenTable): unknown {
  const given = record(input);
  const context = record(given.context);
  const config: Config = record(merged(table.baseConfig ?? POLICY_BASE, given.config));
  const scope = scopeOf(context);
  const sandbox = isRecord(context.sandbox) ? context.sandbox : undefined;
  const readOnly = sandbox?.workspaceAccess === 'ro';
  const existing = TOOL_ORDER.filter((name) => name !== 'image' && isConditionMet(name, config, scope))
    .filter((name) => !(readOnly && (name === 'edit' || name === 'write' || name === 'apply_patch')))
    .filter((name) => !(context.disableMessageTool === true && name === 'message'));
  const layers = policyLayers(config, scope, sandbox !== undefined);
  return applyPolicies(
    existing.map((name) => ({ name })),
    layers,
  ).tools.map(({ name }) => name);
}

/** The table's configuration that every case builds on. */
const POLICY_BASE = { tools: { exec: { applyPatch: { enabled: true } } }, plugins: { enabled: false } } as const;

function pluginPolicy(input: unknown): unknown {
  const given = record(input);
  const plugins = Object.entries(record(given.pluginTools)).flatMap(([plugin]) =>
    textList(record(given.pluginTools), plugin).map((name) => ({ name, plugin })),
  );
  const core = textList(given, 'coreTools').map((name) => ({ name }));
  const steps = Array.isArray(given.steps) ? given.steps : [];
  const layers = steps.map((step, index) => ({ label: `step ${index}`, policy: policyOf(step) }));
  const { tools, warnings } = applyPolicies([...core, ...plugins], layers);
  return { tools: tools.map(({ name }) => name), warningCount: warnings.length };
}

function loops(input: unknown): unknown {
  const given = record(input);
  const settings = loopSettings(given.config);
  if (given.fn === 'config') return settings;
  const verdicts: Json[] = [];
  let history: readonly PastCall[] = [];
  for (const [index, call] of records(given.calls).entries()) {
    const tool = text(call.tool);
    const args = record(call.params);
    const key = callKey(tool, args);
    const verdict = detectLoop(history, { tool, args, key }, settings);
    if (verdict !== undefined) {
      const { level, detector, count } = verdict;
      verdicts.push({ n: index + 1, level, detector, count });
    }
    const result = resultKey(textResult(text(call.resultText)));
    history = [...history, { tool, key, result }].slice(-settings.historySize);
  }
  return verdicts;
}

function ssrf(input: unknown): unknown {
  const given = record(input);
  return given.fn === 'privateIp' ? isPrivateAddress(text(given.address)) : isBlockedHost(text(given.host));
}

function pattern(input: unknown): unknown {
  const given = record(input);
  return matchesPattern(text(given.pattern), text(given.resolvedPath), `${ROOT}/home`);
}

/** Runners by the name of their table. */
export const goldenRunners: Record<string, GoldenRunner> = {
  'apply-patch': patch,
  'exec-allowlist': allowlist,
  'exec-approvals-file': approvals,
  'exec-pattern': pattern,
  ssrf,
  sandbox: sandboxTable,
  'tool-loop-detection': loops,
  'tool-policy': policy,
  'tool-policy-plugins': pluginPolicy,
};
