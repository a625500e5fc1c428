import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError, type ErrorCode } from '../../functions/identity/bridge-error.ts';
import { createSecretSource, type SecretSource, secretName } from '../../functions/tenants/tenant-secret.ts';
import { aClock, type HandClock } from '../support/clock.ts';
import { failureOf, toldBy } from '../support/failure.ts';
import { ACME_SECRET, aSecretsManager, type SecretsBench } from '../support/secrets.ts';

const ROTATED = { clarus: { clientId: 'acme-bridge', clientSecret: 'cs-rotated' } };
const FIVE_MINUTES = 5 * 60_000;

interface SourceBench extends SecretsBench {
  secrets: SecretSource;
  clock: HandClock;
}

async function aSource(content: unknown = ACME_SECRET): Promise<SourceBench> {
  const bench = await aSecretsManager();
  if (content !== undefined) bench.put('acme', content);
  const clock = aClock();
  return { ...bench, clock, secrets: createSecretSource({ client: bench.client, clock }) };
}

describe("a tenant's secret", () => {
  it('has a name of its own', () => {
    expect(secretName('acme')).toBe('clarus-bridge/acme');
  });

  it.each<[string, unknown]>([
    ['with all that this version reads', ACME_SECRET],
    ['without an Okta token', { clarus: ACME_SECRET.clarus }],
    ['with an Okta entry that holds none', { clarus: ACME_SECRET.clarus, okta: {} }],
    ['with keys to sign with that are none', { clarus: ACME_SECRET.clarus, scim: 'x' }],
    ['with what a later version reads', { ...ACME_SECRET, graph: { x: 1 }, okta: { apiToken: 't', y: 2 } }],
  ])('is read %s', async (_, content) => {
    const { secrets } = await aSource(content);

    expect(await secrets.load('acme')).toEqual(content);
  });

  it('is kept for five minutes and then read again', async () => {
    // Prepare
    const { secrets, clock, put, reads } = await aSource();
    await secrets.load('acme');
    put('acme', ROTATED);

    // Act
    clock.advance(FIVE_MINUTES - 1);
    const before = await secrets.load('acme');
    clock.advance(1);
    const after = await secrets.load('acme');

    // Assess
    expect([before, after]).toEqual([ACME_SECRET, ROTATED]);
    expect(reads('acme')).toBe(2);
  });

  it('is kept for as long as it is told to', async () => {
    // Prepare
    const { client, clock, reads } = await aSource();
    const secrets = createSecretSource({ client, clock, timeToLive: 1_000 });
    await secrets.load('acme');

    // Act
    clock.advance(1_000);
    await secrets.load('acme');

    // Assess
    expect(reads('acme')).toBe(2);
  });

  it('is read once however many ask at the same time', async () => {
    // Prepare
    const { secrets, reads } = await aSource();

    // Act
    const all = await Promise.all(Array.from({ length: 50 }, () => secrets.load('acme')));

    // Assess
    expect(new Set(all).size).toBe(1);
    expect(reads('acme')).toBe(1);
  });

  it('is kept apart from that of other tenants', async () => {
    // Prepare
    const { secrets, put } = await aSource();
    put('globex', ROTATED);

    // Act
    const both = await Promise.all([secrets.load('acme'), secrets.load('globex')]);

    // Assess
    expect(both).toEqual([ACME_SECRET, ROTATED]);
  });

  it('is read anew once the stale one is forgotten', async () => {
    // Prepare
    const { secrets, put } = await aSource();
    const stale = await secrets.load('acme');
    put('acme', ROTATED);

    // Act
    secrets.forget('acme', stale);

    // Assess
    expect(await secrets.load('acme')).toEqual(ROTATED);
  });

  it('stays when an older one is forgotten after it was read', async () => {
    // Prepare
    const { secrets, reads } = await aSource();
    const stale = await secrets.load('acme');
    secrets.forget('acme', stale);
    const fresh = await secrets.load('acme');

    // Act
    secrets.forget('acme', stale);

    // Assess
    expect(await secrets.load('acme')).toBe(fresh);
    expect(reads('acme')).toBe(2);
  });

  it('stays when an older one is forgotten while it is read', async () => {
    // Prepare
    const { secrets, reads } = await aSource();
    const stale = await secrets.load('acme');
    secrets.forget('acme', stale);
    const reading = secrets.load('acme');

    // Act
    secrets.forget('acme', stale);
    await Promise.all([reading, secrets.load('acme')]);

    // Assess
    expect(reads('acme')).toBe(2);
  });

  it("stays when another tenant's is forgotten, or one that was never read", async () => {
    // Prepare
    const { secrets, reads } = await aSource();
    const mine = await secrets.load('acme');

    // Act
    secrets.forget('globex', mine);
    secrets.forget('acme', ROTATED);
    await secrets.load('acme');

    // Assess
    expect(reads('acme')).toBe(1);
  });
});

describe('a secret that cannot be used', () => {
  it.each<[string, unknown, ErrorCode, string]>([
    ['does not exist', undefined, 'secret_missing', 'does not exist'],
    ['is empty', '', 'secret_malformed', 'does not hold JSON'],
    ['is no JSON', 'acme-bridge:cs-3f9a1d7e5b', 'secret_malformed', 'does not hold JSON'],
    ['is no object', '"cs-3f9a1d7e5b"', 'secret_incomplete', 'lacks a text at (the whole object)'],
    ['is null', 'null', 'secret_incomplete', 'lacks a text at (the whole object)'],
    ['is a list', '[]', 'secret_incomplete', 'lacks a text at (the whole object)'],
    ['has nothing for Clarus', {}, 'secret_incomplete', 'lacks a text at clarus.'],
    ['has half of it', { clarus: { clientId: 'a' } }, 'secret_incomplete', 'at clarus.clientSecret'],
    [
      'has an empty part',
      { clarus: { clientId: '', clientSecret: 'b' } },
      'secret_incomplete',
      'at clarus.clientId',
    ],
    [
      'has numbers',
      { clarus: { clientId: 1, clientSecret: 2 } },
      'secret_incomplete',
      'at clarus.clientId, clarus.clientSecret',
    ],
    [
      'has an empty Okta token',
      { ...ACME_SECRET, okta: { apiToken: '' } },
      'secret_incomplete',
      'at okta.apiToken',
    ],
  ])('because it %s waits for somebody, with the command that sets it', async (_, content, code, told) => {
    // Prepare
    const { secrets, remove } = await aSource(content);
    if (content === undefined) remove('acme');

    // Act
    const failure = await failureOf(() => secrets.load('acme'));

    // Assess
    expect(failure).toMatchObject({ code, retryable: true });
    expect(failure.message).toContain(told);
    expect(failure.message).toContain(
      'aws secretsmanager put-secret-value --secret-id clarus-bridge/acme --secret-string file://secret.json',
    );
  });

  it('because this function may not read it waits for somebody too', async () => {
    // Prepare
    const { secrets, addFault } = await aSource();
    addFault({ status: 403 });

    // Act
    const failure = await failureOf(() => secrets.load('acme'));

    // Assess
    expect(failure).toMatchObject({ code: 'secret_unavailable', retryable: true });
    expect(failure.message).toContain('AccessDeniedException');
  });

  it.each<[string, Parameters<SecretsBench['addFault']>[0]]>([
    ['fails', { status: 500 }],
    ['is not there', { status: 503 }],
    ['throttles', { status: 429 }],
    ['throttles in the way of AWS JSON', { status: 400 }],
    ['hangs up', { drop: true }],
  ])('because Secrets Manager %s is retryable', async (_, fault) => {
    // Prepare
    const { secrets, addFault } = await aSource();
    addFault(fault);

    // Act
    const failure = await failureOf(() => secrets.load('acme'));

    // Assess
    expect(failure).toMatchObject({ code: 'secret_unavailable', retryable: true });
    expect(failure.message).toContain('clarus-bridge/acme');
  });

  it('is read anew at the next load, since failures are not kept', async () => {
    // Prepare
    const { secrets, addFault } = await aSource();
    addFault({ status: 500 });
    await Promise.all([1, 2, 3].map(() => failureOf(() => secrets.load('acme'))));

    // Act
    const secret = await secrets.load('acme');

    // Assess
    expect(secret).toEqual(ACME_SECRET);
  });
});

describe('whatever a secret holds', () => {
  it('it is a secret or a typed error, and no error tells of the content', async () => {
    const { secrets, put, clock } = await aSource();
    const aMarked = fc.oneof(
      fc.constantFrom('hunter2', 'hunter2\n', '', 5, null),
      fc.array(fc.constant('hunter2'), { maxLength: 2 }),
      fc.dictionary(
        fc.constantFrom('clientId', 'clientSecret', 'apiToken', 'hunter2'),
        fc.constant('hunter2'),
      ),
    );
    const aText = fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify({ ...Object(value), hunter2: 'hunter2' })),
      fc.dictionary(fc.constantFrom('clarus', 'okta', 'hunter2'), aMarked).map((it) => JSON.stringify(it)),
      fc.tuple(fc.string(), fc.string()).map(([before, after]) => `${before}hunter2${after}`),
      fc.constantFrom('{"clarus":"hunter2', 'hunter2', '["hunter2"]', '{"clarus":{"clientId":"hunter2"}}'),
    );

    await fc.assert(
      fc.asyncProperty(aText, async (content) => {
        put('acme', content);
        clock.advance(FIVE_MINUTES);

        const end = await secrets.load('acme').catch((error: unknown) => error);

        if (!(end instanceof Error)) return;
        expect(end).toBeInstanceOf(BridgeError);
        expect(toldBy(end) + toldBy(end.cause)).not.toContain('hunter2');
      }),
      { numRuns: 200 },
    );
  });
});
