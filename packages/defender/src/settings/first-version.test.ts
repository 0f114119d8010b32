import { expect, test } from 'vitest';
import { sectionFromFirstVersion } from './first-version.ts';

test('settings of the first version are found under their old names, in groups or not', () => {
  const section = sectionFromFirstVersion({
    policy: { review_threshold: 30, block_threshold: 70, tool_policies: { browser: 'review' } },
    runtime: { workers: 4, queue_size: 64, evaluation_timeout_ms: 900 },
    virustotal: { api_key: 'key', timeout_ms: 700 },
    idempotency_ttl_ms: 1_000,
    'audit-only': true,
    unknown: 1,
  });
  expect(section).toEqual({
    reviewThreshold: 30,
    blockThreshold: 70,
    toolPolicies: { browser: 'review' },
    workers: 4,
    queueLimit: 64,
    evaluationTimeoutMs: 900,
    reputation: { apiKey: 'key', timeoutMs: 700 },
    idempotency: { ttlMs: 1_000 },
    auditOnly: true,
  });
});

test('our own names stay what they are', () => {
  const section = { mode: 'audit', blockedCommandPatterns: ['x'], reputation: { apiKey: 'key' } };
  expect(sectionFromFirstVersion({ security: { defender: section } })).toEqual(section);
});
