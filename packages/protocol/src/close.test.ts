import { expect, it } from 'vitest';
import { cutCloseReason } from './close.ts';

it('leaves a short reason alone', () => {
  expect(cutCloseReason('pairing required')).toBe('pairing required');
});

it('cuts at 120 bytes as recorded', () => {
  const reason =
    "invalid connect params: must have required property 'minProtocol'; must have required property 'maxProtocol'; must have required property 'client'";
  expect(cutCloseReason(reason)).toBe(
    "invalid connect params: must have required property 'minProtocol'; must have required property 'maxProtocol'; must have ",
  );
});

it('never cuts a character in two', () => {
  const cut = cutCloseReason('é'.repeat(59) + '€'.repeat(5));
  expect(cut).toBe('é'.repeat(59));
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(120);
});
