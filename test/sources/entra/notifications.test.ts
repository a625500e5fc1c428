import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entraNotifications } from '../../../functions/sources/entra/notifications.ts';
import type { Reading } from '../../../functions/sources/webhook-source.ts';
import { NOW } from '../../support/changes.ts';
import {
  aLifecycleNotification,
  aNotification,
  CLIENT_STATE,
  DIRECTORY,
  LEA_ID,
  objectId,
  SUBSCRIPTION,
} from '../../support/graph-notifications.ts';
import { anEntraFile, aTenant, sha256 } from '../../support/tenants.ts';

const tenant = aTenant({ entra: anEntraFile() });

function validation(rawQuery: string) {
  const request = { method: 'POST', headers: {}, query: new URLSearchParams(rawQuery) };
  const admission = entraNotifications.admit(request, tenant);
  return admission.kind === 'answered' ? admission.answer : admission.kind;
}

type News = Extract<Reading, { kind: 'news' }>;

function read(value: unknown, but: Record<string, unknown> = {}): News {
  const reading = entraNotifications.read({ value, ...but }, tenant, NOW);
  if (reading.kind !== 'news') throw new Error(reading.problem);
  return reading;
}

describe('the validation handshake', () => {
  it.each([
    ['a+b', 'a b'],
    ['a%20b', 'a b'],
    ['a%2Bb', 'a+b'],
    [
      'Validation%3A+Testing+reachability+Request-Id%3A+1-2',
      'Validation: Testing reachability Request-Id: 1-2',
    ],
    ['Validation:%20plain', 'Validation: plain'],
    ['gr%C3%BC%C3%9Fe%20%E2%82%AC', 'grüße €'],
    ['%25zz', '%zz'],
    ['100%', '100%'],
    ['a=b', 'a=b'],
    ['x'.repeat(4096), 'x'.repeat(4096)],
  ])('%s comes back decoded and verbatim', (sent, token) => {
    expect(validation(`validationToken=${sent}`)).toEqual({ status: 200, body: token });
  });

  it.each([
    ['nothing', ''],
    ['markup', encodeURIComponent('<script>alert(1)</script>')],
    ['a line break', 'a%0D%0Ab'],
    ['one character too many', 'x'.repeat(4097)],
    ['1 MB', 'x'.repeat(1_000_000)],
    ['two tokens', 'a&validationToken=b'],
  ])('%s is refused and not echoed', (_, sent) => {
    const answer = validation(`validationToken=${sent}`);

    expect(answer).toMatchObject({ status: 400, body: { error: 'bad_request' } });
    expect(JSON.stringify(answer)).not.toMatch(/script|xxxx/);
  });

  it('gives any token back as it was, or refuses it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (token) => {
        const answer = Object(validation(`validationToken=${encodeURIComponent(token.toWellFormed())}`));

        if (answer.status === 200) expect(answer.body).toBe(token.toWellFormed());
        else expect(answer.status).toBe(400);
      }),
    );
  });
});

describe('a notification', () => {
  it('says that a user is to be looked at, and nothing else', () => {
    expect(read([aNotification()])).toEqual({
      kind: 'news',
      changes: [
        {
          tenant: 'acme',
          source: 'entra',
          eventId: `updated:${LEA_ID}:${Date.UTC(2026, 2, 2, 9, 14, 50, 123)}`,
          eventType: 'user.updated',
          occurredAt: Date.UTC(2026, 2, 2, 9, 14, 50, 123),
          receivedAt: NOW,
          subject: { id: LEA_ID },
          subscriptionId: SUBSCRIPTION,
        },
      ],
      notices: [],
      ignored: {},
      about: {},
    });
  });

  it('of a permanent deletion takes access away, because nothing is left to read', () => {
    const [change, ...others] = read([aNotification({ changeType: 'deleted' })]).changes;

    expect(change).toMatchObject({ eventType: 'user.deleted', gone: true, user: { active: false } });
    expect(change).not.toHaveProperty('timeless');
    expect(others).toEqual([]);
  });

  it.each([
    ['none', undefined],
    ['one that is none', 'yesterday'],
    ['one far ahead', '2099-01-01T00:00:00Z'],
    ['one before there was time', '1969-01-01T00:00:00Z'],
  ])('of a deletion takes access away as of now where it has no time to be believed: %s', (_, eventTime) => {
    const deletion = aNotification({ changeType: 'deleted', resourceData: { id: LEA_ID, eventTime } });

    expect(read([deletion]).changes).toMatchObject([
      { timeless: true, occurredAt: NOW, user: { active: false } },
    ]);
  });

  it.each([
    ['no id in the data', { resourceData: { id: null } }],
    ['no data', { resourceData: undefined }],
    ['null for data', { resourceData: null }],
    ['another casing', { resourceData: undefined, resource: `users/${LEA_ID.toUpperCase()}` }],
    ['no time', { resourceData: { id: LEA_ID } }],
    ['a time that is none', { resourceData: { id: LEA_ID, eventTime: 'yesterday' } }],
    ['a time far ahead', { resourceData: { id: LEA_ID, eventTime: '2099-01-01T00:00:00Z' } }],
    ['a word for the change that nobody knows', { changeType: 'unknownFutureValue' }],
    ['no word for the change', { changeType: undefined }],
    ['fields that nobody knows', { encryptedContent: {}, more: [1] }],
    ['ids in capitals', { tenantId: DIRECTORY.toUpperCase(), subscriptionId: SUBSCRIPTION.toUpperCase() }],
  ])('with %s says it too', (_, but) => {
    const [change, ...others] = read([aNotification(but)]).changes;

    expect(change).toMatchObject({ subject: { id: LEA_ID }, subscriptionId: SUBSCRIPTION });
    expect(change?.occurredAt).toBeLessThanOrEqual(NOW);
    expect(change).not.toHaveProperty('user');
    expect(others).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['a forged clientState', aNotification({ clientState: 'guess' }), 'client_state'],
    ['no clientState', aNotification({ clientState: undefined }), 'client_state'],
    [
      'the hash in place of the clientState',
      aNotification({ clientState: sha256(CLIENT_STATE) }),
      'client_state',
    ],
    ['another directory', aNotification({ tenantId: objectId(9) }), 'other_directory'],
    ['no directory', aNotification({ tenantId: undefined }), 'malformed'],
    ['no subscription', aNotification({ subscriptionId: undefined }), 'malformed'],
    ['a subscription that is no id', aNotification({ subscriptionId: '../x' }), 'malformed'],
    ['a number', 7, 'malformed'],
    [
      'a user id that climbs',
      aNotification({ resourceData: { id: '../../me' }, resource: 'Users/../../me' }),
      'no_user_id',
    ],
    ['a group', aNotification({ resourceData: undefined, resource: 'groups/1' }), 'no_user_id'],
    ['a lifecycle event nobody knows', aLifecycleNotification('celebrated'), 'unknown_lifecycle_event'],
  ])('with %s is dropped and counted', (_, item, reason) => {
    expect(read([item])).toMatchObject({ changes: [], ignored: { [reason]: 1 } });
  });

  it('that does not hold leaves the others of its batch alone', () => {
    const { changes, notices, ignored } = read([
      aNotification({ clientState: 'guess' }),
      aNotification(),
      aLifecycleNotification('reauthorizationRequired'),
      null,
      aNotification({ resourceData: { id: objectId(2) } }),
      aNotification({ tenantId: objectId(9) }),
    ]);

    expect(changes.map(({ subject }) => subject.id)).toEqual([LEA_ID, objectId(2)]);
    expect(notices).toEqual([
      {
        kind: 'subscription',
        tenant: 'acme',
        subscriptionId: SUBSCRIPTION,
        event: 'reauthorizationRequired',
      },
    ]);
    expect(ignored).toEqual({ client_state: 1, malformed: 1, other_directory: 1 });
  });

  it('a hundred times in one call is one change, with the latest time', () => {
    const storm = Array.from({ length: 100 }, (_, i) =>
      aNotification({ resourceData: { id: LEA_ID, eventTime: new Date(NOW - 1000 + i).toISOString() } }),
    );

    expect(read(storm).changes).toMatchObject([{ occurredAt: NOW - 901 }]);
  });

  it('with tokens for resource data, which nobody asked for, is not believed', () => {
    expect(read([aNotification()], { validationTokens: ['a.b.c'] })).toMatchObject({
      changes: [],
      ignored: { with_resource_data: 1 },
    });
  });

  it('for a tenant without Entra is dropped like one with a wrong clientState', () => {
    const request = { method: 'POST', headers: {}, query: new URLSearchParams() };
    for (const somebody of [undefined, aTenant()]) {
      const admission = entraNotifications.admit(request, somebody);
      if (admission.kind !== 'admitted') expect.unreachable();

      const reading = entraNotifications.read({ value: [aNotification()] }, admission.tenant, NOW);

      expect(reading).toMatchObject({ changes: [], ignored: { client_state: 1 } });
    }
  });
});

describe('a body', () => {
  it.each([[[]], [null], ['text'], [{}], [{ value: {} }], [{ value: [], validationTokens: 'a' }]])(
    '%j is no collection of notifications',
    (body) => {
      expect(entraNotifications.read(body, tenant, NOW).kind).toBe('malformed');
    },
  );

  it('of whatever kind is read or refused', () => {
    const item = fc.oneof(
      fc.jsonValue(),
      fc
        .record({ resource: fc.jsonValue(), resourceData: fc.jsonValue(), changeType: fc.jsonValue() })
        .map(aNotification),
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ value: fc.array(item) })), (body) => {
        const reading = entraNotifications.read(body, tenant, NOW);

        if (reading.kind === 'malformed') return;
        const { value } = Object(body);
        const dropped = Object.values(reading.ignored).reduce((sum, count) => sum + count, 0);
        expect(dropped + reading.changes.length + (reading.notices?.length ?? 0)).toBeLessThanOrEqual(
          value.length,
        );
      }),
    );
  });
});
