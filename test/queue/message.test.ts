import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { FOUND_BY } from '../../functions/identity/change.ts';
import { type Message, parseMessage } from '../../functions/queue/message.ts';
import { NOW } from '../support/changes.ts';
import { failureOf, toldBy } from '../support/failure.ts';

const CHANGE = {
  kind: 'change',
  tenant: 'acme',
  source: 'okta',
  eventId: 'event-1',
  eventType: 'user.lifecycle.deactivate',
  occurredAt: NOW,
  receivedAt: NOW,
  subject: { id: '00uLEAVER', login: 'lea.ver@acme.example' },
  user: { active: false },
} as const satisfies Message;

const NOTICE = {
  kind: 'attention',
  tenant: 'acme',
  source: 'okta',
  eventId: 'event-2',
  event: 'group.lifecycle.delete',
} as const satisfies Message;

const LOOK = { kind: 'look', tenant: 'acme', clarusUserId: '42' } as const satisfies Message;

describe('a message', () => {
  it('comes out of the queue as it went in', () => {
    const aTenant = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/);
    const anId = fc.stringMatching(/^[\w.:@-]{1,127}\w$/);
    const aTime = fc.maxSafeNat().map((n) => n % 8.64e15);
    const aChange: fc.Arbitrary<Message> = fc
      .record(
        {
          tenant: aTenant,
          source: fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/),
          eventId: anId,
          eventType: fc.string({ maxLength: 128 }),
          occurredAt: aTime,
          receivedAt: aTime,
          timeless: fc.boolean(),
          account: anId,
          register: fc.oneof(fc.constantFrom('lock', 'mapped'), anId),
          gone: fc.boolean(),
          actor: anId,
          foundBy: fc.constantFrom(...FOUND_BY),
          readAfter: aTime,
          released: fc.boolean(),
          resent: fc.boolean(),
          subject: fc.record(
            { id: anId, login: fc.string(), displayName: fc.string({ unit: 'binary' }) },
            { requiredKeys: ['id'] },
          ),
          user: fc.record({ active: fc.boolean() }),
        },
        {
          requiredKeys: ['tenant', 'source', 'eventId', 'eventType', 'occurredAt', 'receivedAt', 'subject'],
        },
      )
      .map((change) => ({ kind: 'change' as const, ...change }));
    const aLook: fc.Arbitrary<Message> = fc.record({
      kind: fc.constant('look' as const),
      tenant: aTenant,
      clarusUserId: anId,
    });

    const aNotice: fc.Arbitrary<Message> = fc.record({
      kind: fc.constant('attention' as const),
      tenant: aTenant,
      source: fc.constantFrom('okta', 'entra'),
      eventId: anId,
      event: fc.string({ maxLength: 128 }),
    });

    fc.assert(
      fc.property(fc.oneof(aChange, aLook, aNotice), (message) => {
        expect(parseMessage(JSON.stringify(message))).toEqual(message);
      }),
    );
  });

  it('from a later version of the bridge comes without what this one does not know', () => {
    const later = { ...CHANGE, rev: 5, subject: { ...CHANGE.subject, realm: 'x' } };

    expect(parseMessage(JSON.stringify(later))).toEqual(CHANGE);
  });

  it.each<[string, Message]>([
    ['a change', CHANGE],
    ['a look', LOOK],
    ['a notice', NOTICE],
  ])('may tell its version: %s', (_, message) => {
    expect(parseMessage(JSON.stringify({ ...message, v: 1 }))).toEqual(message);
  });

  it.each<[string, unknown, string]>([
    ['a text', 'lea', 'kind'],
    ['null', null, 'kind'],
    ['a list', [CHANGE], 'kind'],
    ['of no kind', { ...CHANGE, kind: undefined }, 'kind'],
    ['of a kind that does not exist', { ...CHANGE, kind: 'sweep' }, 'kind'],
    ['for no tenant', { ...CHANGE, tenant: undefined }, 'tenant'],
    ['for a tenant that is none', { ...CHANGE, tenant: '../acme' }, 'tenant'],
    ['from a source that has no name', { ...CHANGE, source: 'O K' }, 'source'],
    ['from nowhere', { ...CHANGE, source: '' }, 'source'],
    ['in a register that is no id', { ...CHANGE, register: 'a/b' }, 'register'],
    ['by somebody who is no id', { ...CHANGE, actor: 'Ada Min' }, 'actor'],
    ['of a user who is "yes" gone', { ...CHANGE, gone: 'yes' }, 'gone'],
    ['of an account that is none', { ...CHANGE, account: '' }, 'account'],
    ['of a version that is not there yet', { ...CHANGE, v: 2 }, 'v'],
    ['of a version that is none', { ...CHANGE, v: '1' }, 'v'],
    ['that notes nothing', { ...NOTICE, event: undefined }, 'event'],
    ['with an id that is none', { ...CHANGE, eventId: 'a b' }, 'eventId'],
    ['with an endless type', { ...CHANGE, eventType: 'x'.repeat(129) }, 'eventType'],
    ['at no time', { ...CHANGE, occurredAt: null }, 'occurredAt'],
    ['at a broken time', { ...CHANGE, occurredAt: 1.5 }, 'occurredAt'],
    ['received at a time in words', { ...CHANGE, receivedAt: '2026-03-02' }, 'receivedAt'],
    ['about nobody', { ...CHANGE, subject: {} }, 'subject.id'],
    ['about a path', { ...CHANGE, subject: { id: '../../users' } }, 'subject.id'],
    ['with a login that is none', { ...CHANGE, subject: { id: 'a', login: null } }, 'subject.login'],
    ['that says nothing of a user', { ...CHANGE, user: {} }, 'user.active'],
    ['that says "False" of a user', { ...CHANGE, user: { active: 'False' } }, 'user.active'],
    ['with a look at nobody', { ...LOOK, clarusUserId: '' }, 'clarusUserId'],
    ['with a look for a revision that is none', { ...LOOK, revision: 0 }, 'revision'],
    ['with a look at a path', { ...LOOK, clarusUserId: '4/2' }, 'clarusUserId'],
  ])('that the bridge did not write is permanent: %s', async (_, message, told) => {
    const failure = await failureOf(() => parseMessage(JSON.stringify(message)));

    expect(failure).toMatchObject({ code: 'change_malformed', retryable: false });
    expect(failure.message).toContain(`(${told})`);
  });

  it.each(['', '{', 'undefined', '<xml/>'])('that is no JSON is permanent: "%s"', async (body) => {
    const failure = await failureOf(() => parseMessage(body));

    expect(failure).toMatchObject({ code: 'change_malformed', retryable: false });
    expect(failure.message).toContain('it is not JSON');
  });

  it.each(['.', '..'])('about "%s", which a path would take for a direction, is permanent', async (id) => {
    const failure = await failureOf(() => parseMessage(JSON.stringify({ ...CHANGE, subject: { id } })));

    expect(failure.code).toBe('change_malformed');
  });

  it('is one of the bridge or a typed error that does not quote it, whatever the body', () => {
    const part = fc.oneof(fc.constant('hunter2'), fc.jsonValue());
    const almost = fc.record(
      {
        kind: fc.constantFrom('change', 'look', 'attention', 'hunter2'),
        tenant: fc.oneof(fc.constant('acme'), part),
        source: fc.oneof(fc.constant('okta'), part),
        eventId: part,
        subject: fc.oneof(fc.record({ id: part, login: part, hunter2: part }), part),
        user: fc.oneof(fc.record({ active: part }), part),
        clarusUserId: fc.oneof(fc.constant({ hunter2: 1 }), fc.constant('4 2')),
        hunter2: part,
      },
      { requiredKeys: [] },
    );
    const aBody = fc.oneof(
      fc.string(),
      fc.json(),
      almost.map((it) => JSON.stringify(it)),
    );

    fc.assert(
      fc.property(aBody, (body) => {
        try {
          expect(['change', 'look', 'attention']).toContain(parseMessage(body).kind);
        } catch (error) {
          expect(error).toBeInstanceOf(BridgeError);
          expect(toldBy(error)).not.toContain('hunter2');
        }
      }),
      { numRuns: 500 },
    );
  });
});
