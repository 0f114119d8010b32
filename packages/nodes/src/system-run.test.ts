import { expect, it } from 'vitest';
import { checkSystemRun, commandText, type RunApproval } from './system-run.ts';

const CALLER = { connId: 'c1', deviceId: 'd1' };
const APPROVAL: RunApproval = {
  expiresAt: 100,
  request: { command: 'ls -l', cwd: null, host: 'node', agentId: 'main', sessionKey: null },
  requestedBy: { deviceId: 'd1' },
  decision: 'allow-once',
  used: false,
};
const RUN = { command: ['ls', '-l'], agentId: 'main', runId: 'ap', approved: true };

const check = (params: unknown, approval: Partial<RunApproval> | undefined = {}, now = 50, caller = CALLER) =>
  checkSystemRun(params, caller, { now, find: async () => (approval ? { ...APPROVAL, ...approval } : undefined) });

it('keeps known members only and forwards the recorded word', async () => {
  expect(await check({ command: ['ls'], evil: 1 })).toEqual({ ok: true, params: { command: ['ls'] } });
  expect(await check({ ...RUN, approvalDecision: 'allow-always', evil: 1 })).toEqual({
    ok: true,
    params: { command: ['ls', '-l'], agentId: 'main', runId: 'ap', approved: true, approvalDecision: 'allow-once' },
    claim: 'ap',
  });
});

it.each([
  ['MISSING_COMMAND', check({ rawCommand: 'ls' })],
  ['RAW_COMMAND_MISMATCH', check({ command: ['ls'], rawCommand: 'rm' })],
  ['MISSING_RUN_ID', check({ ...RUN, runId: undefined })],
  ['UNKNOWN_APPROVAL_ID', checkSystemRun(RUN, CALLER, { now: 50, find: async () => undefined })],
  ['UNKNOWN_APPROVAL_ID', check(RUN, { used: true })],
  ['APPROVAL_EXPIRED', check(RUN, {}, 101)],
  ['APPROVAL_DEVICE_MISMATCH', check(RUN, {}, 50, { ...CALLER, deviceId: 'd2' })],
  ['APPROVAL_CLIENT_MISMATCH', check(RUN, { requestedBy: { connId: 'c2' } })],
  ['APPROVAL_REQUEST_MISMATCH', check({ ...RUN, command: ['ls', '-a'] })],
  ['APPROVAL_REQUEST_MISMATCH', check({ ...RUN, cwd: '/etc' })],
  ['APPROVAL_REQUEST_MISMATCH', check({ ...RUN, agentId: 'ops' })],
  ['APPROVAL_REQUIRED', check(RUN, { decision: 'deny' })],
])('refuses with %s', async (code, outcome) => {
  expect(await outcome).toMatchObject({ ok: false, details: { code } });
});

it.each([
  [['bash', '-lc', ' echo hi '], 'echo hi'],
  [['/bin/sh', '-c', 'a | b'], 'a | b'],
  [['cmd.exe', '/c', 'dir'], 'dir'],
  [['echo', 'a b', '', 'c"d'], 'echo "a b" "" "c\\"d"'],
])('shows %j as %s', (argv, text) => {
  expect(commandText(argv)).toBe(text);
});
