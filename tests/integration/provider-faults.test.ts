import { createProviderMock, type Reply } from '@chela/parity';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';
import { connectOperator, type Operator } from '../harness/operator.ts';

const provider = createProviderMock();
let home: GatewayHome;
let gateway: GatewayProcess;
let operator: Operator;

beforeAll(async () => {
  const port = await provider.start();
  home = await createHome();
  await home.writeConfig(mockConfig(home, `http://127.0.0.1:${port}`));
  // The idle limit is what ends a silent provider; people wait two minutes, a test does not.
  gateway = await startGateway(home, { env: { CHELA_MODEL_IDLE_TIMEOUT_MS: '700' } });
});

beforeEach(async () => {
  operator = await connectOperator(gateway.url, home.token);
});

afterAll(async () => {
  await operator.close();
  await gateway.end();
  await provider.stop();
  await home.remove();
});

const faults: readonly [name: string, replies: Reply[], says: RegExp][] = [
  ['a refused key', [{ status: 401, repeat: 'always' }], /401/],
  ['too many requests', [{ status: 429, headers: { 'retry-after': '1' }, repeat: 'always' }], /rate limit|429/i],
  ['a server error', [{ status: 500, repeat: 'always' }], /500|error/i],
  ['an overloaded provider', [{ status: 529, repeat: 'always' }], /overloaded|529/i],
  ['an answer that is no protocol', [{ garbage: true, repeat: 'always' }], /./],
  ['half a stream', [{ text: ['Half ', 'an ', 'answer'], dropAfter: 1, repeat: 'always' }], /./],
  ['silence', [{ hang: true, text: [], repeat: 'always' }], /./],
];

describe('a provider that fails', () => {
  for (const [name, replies, says] of faults) {
    it(`ends the turn with a clear error: ${name}`, async () => {
      provider.script(replies);
      const session = `fault-${name.replaceAll(' ', '-')}`;
      const end = await operator.say(session, 'hello');
      expect(end.state).toBe('error');
      expect(end.errorMessage).toMatch(says);
      expect(end.errorMessage).not.toContain('dummy-key');
      provider.script([{ text: 'Well again.' }]);
      expect(await operator.say(session, 'and now?')).toMatchObject({ state: 'final', text: 'Well again.' });
      expect(await operator.request('health')).toMatchObject({ ok: true });
    });
  }
});
