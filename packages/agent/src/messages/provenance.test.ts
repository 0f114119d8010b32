import { describe, expect, it } from 'vitest';
import { provenanceLine } from './provenance.ts';

describe('provenanceLine', () => {
  it('names where a message of another session came from', () => {
    const provenance = {
      kind: 'inter_session',
      sourceSessionKey: 'agent:main:x',
      sourceChannel: 'webchat',
      sourceTool: 'sessions_send',
    };
    const line = '[Inter-session message] sourceSession=agent:main:x sourceChannel=webchat sourceTool=sessions_send\n';
    expect(provenanceLine(provenance)).toBe(line);
  });

  it('says nothing of other messages', () => {
    expect(provenanceLine({ kind: 'external_user', sourceChannel: 'telegram' })).toBe('');
    expect(provenanceLine(undefined)).toBe('');
    expect(provenanceLine({ kind: 'bogus' })).toBe('');
  });
});
