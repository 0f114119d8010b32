import { createHash, createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Environment } from '../catalog/environment-keys.ts';
import type { ModelEvent } from '../driver.ts';
import { createDriverLoaders } from '../driver-loaders.ts';
import { parseJson } from '../json-shape.ts';
import { type FakeProvider, type FakeReply, startFakeProvider } from '../testing/fake-provider.ts';
import { collect, testModel, testRequest } from '../testing/requests.ts';
import { createAwsKeys } from './bedrock/aws-keys.ts';
import { commandWords } from './bedrock/process-keys.ts';
import { metadataPlace } from './metadata-place.ts';
import { createTransport, type Transport, type TransportRequest } from './transport.ts';

let home: string;
let provider: FakeProvider;
let sent: TransportRequest[];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cloud-'));
  provider = await startFakeProvider();
  sent = [];
});
afterEach(async () => {
  await provider.close();
  await rm(home, { recursive: true });
});

const toFake: Transport = (request) => {
  sent.push(request);
  const { pathname, search } = new URL(request.url);
  return createTransport()({ ...request, url: `${provider.url}${pathname}${search}` });
};
const said = (value: object): FakeReply => ({ body: JSON.stringify(value) });
const urls = (): readonly string[] => sent.map(({ url }) => url);
const later = new Date(Date.now() + 3_600_000).toISOString();

describe('google-vertex', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const account = {
    type: 'service_account',
    client_email: 'chela@p1.iam.gserviceaccount.com',
    private_key: privateKey,
    private_key_id: 'k1',
    project_id: 'p1',
    token_uri: 'http://169.254.169.254/steal',
  };
  const person = { type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r-secret' };
  const token = said({ access_token: 'ya29.token', expires_in: 3599 });
  const answer: FakeReply = {
    body: `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text: 'Hi.' }] }, finishReason: 'STOP' }] })}\n\n`,
    headers: { 'content-type': 'text/event-stream' },
  };

  async function ask(env: Environment, replies: readonly FakeReply[], times = 1): Promise<readonly ModelEvent[]> {
    provider.script(...replies);
    const driver = await createDriverLoaders({
      transport: toFake,
      clock: systemClock,
      logger: silentLogger(),
      env: { HOME: home, ...env },
      idleTimeoutMs: 5_000,
      newId: () => 'id',
    })('google-vertex');
    const model = testModel('google-vertex', '', { ref: { provider: 'google-vertex', model: 'gemini-2.5-flash' } });
    const signal = new AbortController().signal;
    let events: readonly ModelEvent[] = [];
    for (let i = 0; i < times; i += 1) events = await collect(driver.stream(testRequest(model), undefined, signal));
    return events;
  }
  async function store(path: string, content: object): Promise<string> {
    await mkdir(join(home, '.config', 'gcloud'), { recursive: true });
    await writeFile(join(home, path), JSON.stringify(content));
    return join(home, path);
  }
  const GCLOUD_FILE = '.config/gcloud/application_default_credentials.json';

  test('signs for a service account at Google’s own address, and buys one token for many calls', async () => {
    const file = await store('key.json', account);
    const env = { GOOGLE_APPLICATION_CREDENTIALS: file, GOOGLE_CLOUD_LOCATION: 'europe-west1' };
    const events = await ask(env, [token, answer], 2);
    expect(events).toContainEqual({ type: 'textDelta', text: 'Hi.' });
    const call =
      'https://europe-west1-aiplatform.googleapis.com/v1/projects/p1/locations/europe-west1/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse';
    expect(urls()).toEqual(['https://oauth2.googleapis.com/token', call, call]);
    expect(sent[1]?.headers).toMatchObject({ authorization: 'Bearer ya29.token' });
    expect(sent[1]?.headers['x-goog-api-key']).toBeUndefined();
    const assertion = new URLSearchParams(String(sent[0]?.body)).get('assertion') ?? '';
    const [header = '', claims = '', signature = ''] = assertion.split('.');
    const isSigned = createVerify('RSA-SHA256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url');
    expect(isSigned).toBe(true);
    expect(parseJson(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: account.client_email,
      aud: 'https://oauth2.googleapis.com/token',
      scope: 'https://www.googleapis.com/auth/cloud-platform',
    });
  });

  test('uses the login of gcloud, worldwide when no region is named', async () => {
    await store(GCLOUD_FILE, person);
    await ask({ GOOGLE_CLOUD_PROJECT: 'p2' }, [token, answer]);
    expect(String(sent[0]?.body)).toContain('grant_type=refresh_token');
    expect(urls()[1]).toContain('https://aiplatform.googleapis.com/v1/projects/p2/locations/global/publishers/google/');
  });

  test('asks the metadata server only where the environment says so', async () => {
    const project: FakeReply = { body: 'p3' };
    await ask({ CHELA_CLOUD_METADATA: '1' }, [token, project, answer]);
    expect(urls().slice(0, 2)).toEqual([
      'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token',
      'http://metadata.google.internal/computeMetadata/v1/project/project-id',
    ]);
    expect(sent[0]?.headers).toEqual({ 'metadata-flavor': 'Google' });
    sent = [];
    const events = await ask({}, []);
    expect(events).toMatchObject([{ type: 'failed', failure: { reason: 'auth' } }]);
    expect(sent).toEqual([]);
  });

  test('tells why a token was refused, without the secret', async () => {
    await store(GCLOUD_FILE, person);
    const refusal = { status: 400, body: '{"error":"invalid_grant","error_description":"r-secret is revoked"}' };
    const events = await ask({ GOOGLE_CLOUD_PROJECT: 'p' }, [refusal]);
    expect(events).toMatchObject([{ type: 'failed', failure: { reason: 'auth' } }]);
    expect(JSON.stringify(events)).not.toContain('r-secret');
  });

  test.each([
    ['without a project', person, 'set GOOGLE_CLOUD_PROJECT'],
    ['of a type nobody supports', { type: 'external_account' }, 'not supported: external_account'],
    ['that is damaged', { type: 'service_account' }, 'has no client_email'],
  ])('a credentials file %s fails with a sentence', async (_what, content, words) => {
    await store(GCLOUD_FILE, content);
    expect(await ask({}, [token])).toMatchObject([{ failure: { message: expect.stringContaining(words) } }]);
  });

  test.each([
    ['metadata.google.internal', true],
    ['127.0.0.1:8080', true],
    ['evil.example', false],
    ['169.254.169.254.evil.example', false],
    ['169.254.169.254/x#', false],
  ])('GCE_METADATA_HOST %s is asked: %s', (host, isAsked) => {
    expect(metadataPlace({ GCE_METADATA_HOST: host }) !== undefined).toBe(isAsked);
  });
});

describe('AWS keys', () => {
  const lent = { AccessKeyId: 'ASIA1', SecretAccessKey: 's', Token: 't', Expiration: later };
  async function find(env: Environment, replies: readonly FakeReply[] = []) {
    provider.script(...replies);
    const source = createAwsKeys({
      transport: toFake,
      clock: systemClock,
      env: { HOME: home, ...env },
    });
    await source.find();
    return source.find();
  }
  async function configFile(text: string): Promise<void> {
    await mkdir(join(home, '.aws', 'sso', 'cache'), { recursive: true });
    await writeFile(join(home, '.aws', 'config'), text);
  }

  test('of an instance’s role are asked with a session token, at the fixed address, and kept', async () => {
    const replies = [{ body: 'session-token' }, { body: 'my role\n' }, said(lent)];
    expect(await find({ CHELA_CLOUD_METADATA: '1' }, replies)).toMatchObject({
      accessKeyId: 'ASIA1',
      sessionToken: 't',
    });
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'PUT http://169.254.169.254/latest/api/token',
      'GET http://169.254.169.254/latest/meta-data/iam/security-credentials/',
      'GET http://169.254.169.254/latest/meta-data/iam/security-credentials/my%20role',
    ]);
    expect(sent[2]?.headers).toEqual({ 'x-aws-ec2-metadata-token': 'session-token' });
  });

  test.each<[string, Environment]>([
    ['nobody asked for it', {}],
    ['it is switched off', { CHELA_CLOUD_METADATA: '1', AWS_EC2_METADATA_DISABLED: 'true' }],
    ['a container’s keeper is a stranger', { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://10.0.0.5/keys' }],
    ['its address only begins like the keeper’s', { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '@evil.example/keys' }],
  ])('are not asked of anybody when %s', async (_why, env) => {
    expect(await find(env)).toBeUndefined();
    expect(sent).toEqual([]);
  });

  test('of a container come from its keeper with the keeper’s token', async () => {
    const env = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/keys', AWS_CONTAINER_AUTHORIZATION_TOKEN: 'pass' };
    expect(await find(env, [said(lent)])).toMatchObject({ accessKeyId: 'ASIA1' });
    expect(sent).toMatchObject([{ url: 'http://169.254.170.2/v2/keys', headers: { authorization: 'pass' } }]);
  });

  const SSO = `[profile work]\nsso_session = corp\nsso_account_id = 123\nsso_role_name = Dev\n[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.example\n`;
  const cachePath = (): string =>
    join(home, '.aws', 'sso', 'cache', `${createHash('sha1').update('corp').digest('hex')}.json`);

  test('of a single sign-on are bought with the token of `aws sso login`', async () => {
    await configFile(SSO);
    await writeFile(cachePath(), JSON.stringify({ accessToken: 'sso-token', expiresAt: later }));
    const roleCredentials = {
      accessKeyId: 'ASIA2',
      secretAccessKey: 's',
      sessionToken: 't',
      expiration: Date.now() + 3_600_000,
    };
    expect(await find({ AWS_PROFILE: 'work' }, [said({ roleCredentials })])).toMatchObject({ accessKeyId: 'ASIA2' });
    expect(urls()).toEqual([
      'https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?role_name=Dev&account_id=123',
    ]);
    expect(sent[0]?.headers).toEqual({ 'x-amz-sso_bearer_token': 'sso-token' });
  });

  test('of a single sign-on that is over say what to do', async () => {
    await configFile(SSO);
    await writeFile(cachePath(), JSON.stringify({ accessToken: 'old', expiresAt: '2020-01-01T00:00:00Z' }));
    await expect(find({ AWS_PROFILE: 'work' })).rejects.toThrow('Run `aws sso login`');
    expect(sent).toEqual([]);
  });

  describe('of the program a profile names', () => {
    const printing = async (answer: string): Promise<void> => {
      const script = join(home, 'keeper of keys.mjs');
      await writeFile(script, `console.log(process.argv[2] === 'for me' ? ${JSON.stringify(answer)} : '');`);
      await configFile(`[default]\ncredential_process = "${process.execPath}" '${script}' "for me"\n`);
    };
    const printed = { Version: 1, AccessKeyId: 'ASIA3', SecretAccessKey: 's', SessionToken: 't' };

    test('are what it prints, kept while they have no end', async () => {
      await printing(JSON.stringify(printed));
      expect(await find({})).toMatchObject({ accessKeyId: 'ASIA3', sessionToken: 't', expires: Infinity });
      expect(sent).toEqual([]);
    });

    test('stand behind those that are written down', async () => {
      await printing(JSON.stringify(printed));
      const written = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' };
      expect(await find(written)).toMatchObject({ accessKeyId: 'AKIA' });
    });

    test.each([
      ['another version', JSON.stringify({ ...printed, Version: 2 })],
      ['half of a key', JSON.stringify({ Version: 1, AccessKeyId: 'ASIA-half' })],
      ['no JSON', 'secret-words'],
    ])('fail with a sentence that tells nothing of %s', async (_what, answer) => {
      await printing(answer);
      const refused = find({});
      await expect(refused).rejects.toThrow('The credential_process of the AWS profile gave no keys');
      await expect(refused).rejects.not.toThrow(/ASIA-half|secret-words/);
    });

    test.each([
      ['/opt/keys --for "my profile"', ['/opt/keys', '--for', 'my profile']],
      [`'C:\\Program Files\\k.exe' a\\ b "say \\"hi\\""`, ['C:\\Program Files\\k.exe', 'a b', 'say "hi"']],
      ['  ', []],
    ])('is called with the words of %s', (line, words) => {
      expect(commandWords(line)).toEqual(words);
    });
  });

  test('that are refused say so', async () => {
    const env = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/keys' };
    await expect(find(env, [{ status: 403, body: '{"message":"no role"}' }])).rejects.toThrow('403 no role');
  });
});
