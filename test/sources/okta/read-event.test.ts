import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Announcement } from '../../../functions/identity/change.ts';
import { parseMessage } from '../../../functions/queue/message.ts';
import { EVENT_TYPES } from '../../../functions/sources/okta/event-types.ts';
import { type Ignored, readEvent } from '../../../functions/sources/okta/read-event.ts';
import { NOW } from '../../support/changes.ts';
import { APP, APP_USER, anOktaEvent, GROUP, JO, LEA } from '../../support/okta-events.ts';
import { anOktaTenant } from '../../support/tenants.ts';

const FIVE_MINUTES = 5 * 60_000;
const tenant = anOktaTenant({ apps: [APP.id], groups: [GROUP.id] });

/** What the one change of an event is, or why there is none. */
function read(but: Record<string, unknown>, of = tenant): Announcement | Ignored | undefined {
  const said = readEvent(anOktaEvent(but), of, NOW);
  if (typeof said === 'string') return said;
  if ('kind' in said) throw new Error('This event is about everybody.');
  return said[0];
}

describe('an event', () => {
  it('is who, whether and when', () => {
    expect(readEvent(anOktaEvent(), tenant, NOW)).toEqual([
      {
        tenant: 'acme',
        source: 'okta',
        eventId: '6d1b1f0e-1111-11f0-9a9a-0f1e2d3c4b5a',
        eventType: 'user.lifecycle.deactivate',
        occurredAt: Date.parse('2026-03-02T09:14:04.120Z'),
        receivedAt: NOW,
        subject: { id: '00uLEAVER', login: 'lea.ver@acme.example' },
        actor: '00uADMIN',
        user: { active: false },
      },
    ]);
  });

  it.each([
    ['nobody', null],
    ['nobody with an id', { id: null }],
    ['somebody whose id is no id', { id: 'Ada Min' }],
    ['somebody whose id is a number', { id: 5 }],
    ['somebody whose id is a path', { id: '../users' }],
    ['somebody whose id is endless', { id: 'a'.repeat(129) }],
  ])('by %s counts all the same', (_, actor) => {
    expect(read({ actor })).toMatchObject({ user: { active: false } });
    expect(read({ actor })).not.toHaveProperty('actor');
  });

  it.each<[string, string, string | undefined]>([
    ['gives access', 'user.lifecycle.activate', 'Lea Ver'],
    ['takes it away', 'user.lifecycle.deactivate', undefined],
    ['is thin', 'user.account.update_profile', undefined],
  ])('that %s carries a name only where somebody may be created', (_, eventType, displayName) => {
    expect(read({ eventType })).toMatchObject({ subject: { id: LEA.id } });
    expect(Object(read({ eventType })).subject.displayName).toBe(displayName);
  });

  it('about several people is a change for each', () => {
    const said = readEvent(anOktaEvent({ target: [JO, APP_USER, LEA] }), tenant, NOW);

    expect(said).toMatchObject([{ subject: { id: JO.id } }, { subject: { id: LEA.id } }]);
  });

  it('that names a person twice is one change', () => {
    expect(readEvent(anOktaEvent({ target: [LEA, LEA] }), tenant, NOW)).toHaveLength(1);
  });

  it('finds its people wherever they stand among the targets', () => {
    const eventType = 'application.user_membership.remove';
    const targets = [APP_USER, APP, LEA, GROUP];

    fc.assert(
      fc.property(fc.shuffledSubarray(targets, { minLength: 4 }), (target) => {
        expect(read({ eventType, target })).toMatchObject({
          subject: { id: LEA.id, login: LEA.alternateId },
          user: { active: false },
        });
      }),
    );
  });

  it('may write types of targets in any case', () => {
    expect(read({ target: [{ ...LEA, type: 'USER' }] })).toMatchObject({ subject: { id: LEA.id } });
  });
});

describe('the outcome of an event', () => {
  it.each(['SUCCESS', 'Success', 'success'])('"%s" counts', (result) => {
    expect(read({ outcome: { result } })).toHaveProperty('subject');
  });

  it.each<[string, unknown]>([
    ['FAILURE', { result: 'FAILURE' }],
    ['SKIPPED', { result: 'SKIPPED', reason: 'No change' }],
    ['DENY', { result: 'DENY' }],
    ['SCHEDULED', { result: 'SCHEDULED' }],
    ['UNKNOWN', { result: 'UNKNOWN' }],
    ['nothing', { result: '' }],
    ['null', { result: null }],
    ['absent', {}],
    ['an outcome that is null', null],
    ['an absent outcome', undefined],
  ])('%s does not', (_, outcome) => {
    expect(read({ outcome })).toBe('outcome_not_success');
  });
});

describe('the time of an event', () => {
  it.each<[string, unknown, number]>([
    ['as it says', '2026-03-01T00:00:00.000Z', Date.UTC(2026, 2, 1)],
    ['as it says, in another zone', '2026-03-02T10:14:00.000+01:00', Date.UTC(2026, 2, 2, 9, 14)],
    ['a little ahead, as clocks are', new Date(NOW + FIVE_MINUTES).toISOString(), NOW + FIVE_MINUTES],
  ])('is %s', (_, published, expected) => {
    const said = read({ published });

    expect(said).toMatchObject({ occurredAt: expected, receivedAt: NOW });
    expect(said).not.toHaveProperty('timeless');
  });

  // Else a late duplicate would have a later time than the event, and outrank what came between.
  describe.each<[string, unknown]>([
    ['it does not say', undefined],
    ['it says null', null],
    ['it says nothing', ''],
    ['it says nonsense', 'yesterday'],
    ['it is before there was time', '1969-12-31T23:59:59.000Z'],
    ['it is further ahead than clocks are', new Date(NOW + FIVE_MINUTES + 1).toISOString()],
    ['it is the end of time', '+275760-09-13T00:00:00.000Z'],
  ])('is not to be believed when %s, and', (_, published) => {
    it('takes access as of now', () => {
      expect(read({ published })).toMatchObject({
        timeless: true,
        occurredAt: NOW,
        receivedAt: NOW,
        user: { active: false },
      });
    });

    it.each(['user.lifecycle.activate', 'application.user_membership.add'])(
      'gives none, but has the user read: %s',
      (eventType) => {
        const said = read({ eventType, published, target: [LEA, APP] });

        expect(said).toMatchObject({ timeless: true, occurredAt: NOW, subject: { id: LEA.id } });
        for (const stated of ['user', 'register']) expect(said).not.toHaveProperty(stated);
        expect(Object(said).subject).not.toHaveProperty('displayName');
      },
    );
  });
});

describe('an event that changes nothing', () => {
  it.each<[string, Record<string, unknown>, Ignored]>([
    ['no targets', { target: [] }, 'no_user_target'],
    ['null for targets', { target: null }, 'no_user_target'],
    ['absent targets', { target: undefined }, 'no_user_target'],
    ['null among targets', { target: [null] }, 'no_user_target'],
    ['a target without anything', { target: [{}] }, 'no_user_target'],
    ['an AppUser alone', { target: [APP_USER] }, 'no_user_target'],
    ['a person without an id', { target: [{ ...LEA, id: null }] }, 'no_user_target'],
    ['a person with an empty id', { target: [{ ...LEA, id: '' }] }, 'no_user_target'],
    ['a path for an id', { target: [{ ...LEA, id: '../apps' }] }, 'no_user_target'],
    ['dots for an id', { target: [{ ...LEA, id: '..' }] }, 'no_user_target'],
    ['an endless id', { target: [{ ...LEA, id: '0'.repeat(65) }] }, 'no_user_target'],
    ['targets that are none', { target: 'LEA' }, 'malformed'],
    ['a target that is none', { target: ['LEA'] }, 'malformed'],
    ['an id of numbers', { target: [{ ...LEA, id: 5 }] }, 'malformed'],
    ['no uuid', { uuid: undefined }, 'malformed'],
    ['a uuid that cannot be a key', { uuid: 'a b' }, 'malformed'],
    ['an endless uuid', { uuid: 'a'.repeat(61) }, 'malformed'],
    ['an outcome whose reason is none', { outcome: { result: 'SUCCESS', reason: 5 } }, 'malformed'],
    ['an empty uuid', { uuid: '' }, 'malformed'],
    ['no type', { eventType: undefined }, 'malformed'],
    ['a type that is null', { eventType: null }, 'malformed'],
    ['an outcome that is none', { outcome: 'SUCCESS' }, 'malformed'],
  ])('has %s', (_, but, reason) => {
    expect(read(but)).toBe(reason);
  });

  it.each(['a text', 5, null, undefined, [], true])('is no event at all: %j', (element) => {
    expect(readEvent(element, tenant, NOW)).toBe('malformed');
  });

  it('does no harm with null wherever Okta is known to write it', () => {
    const nulls = { actor: null, debugContext: null, securityContext: null, client: null, transaction: null };
    const target = [null, { ...LEA, alternateId: null, displayName: null, detailEntry: null }];

    expect(read({ ...nulls, target })).toMatchObject({ subject: { id: LEA.id }, user: { active: false } });
    expect(Object(read({ target })).subject).toEqual({ id: LEA.id });
  });

  it('leaves out a login too long to be one, and cuts a name', () => {
    const target = [{ ...LEA, alternateId: `${'a'.repeat(320)}@x`, displayName: 'n'.repeat(1000) }];

    expect(Object(read({ eventType: 'user.lifecycle.activate', target })).subject).toEqual({
      id: LEA.id,
      displayName: 'n'.repeat(320),
    });
  });
});

describe("a tenant's apps and groups", () => {
  const add = { eventType: 'application.user_membership.add' };
  const join = { eventType: 'group.user_membership.add' };

  it.each<[string, Record<string, unknown>, string]>([
    ['an app by its id', { ...add, target: [LEA, APP] }, 'enable'],
    ['an app by its label', { ...add, target: [LEA, { ...APP, id: '0oaOTHER' }] }, 'other_app'],
    ['an app whose id a group has', { ...add, target: [LEA, { ...GROUP, id: APP.id }] }, 'other_app'],
    ['an app that is not said', { ...add, target: [LEA] }, 'other_app'],
    ['an app without an id', { ...add, target: [LEA, { ...APP, id: null }] }, 'other_app'],
    ['an app among others', { ...add, target: [{ ...APP, id: '0oaOTHER' }, LEA, APP] }, 'enable'],
    ['a group by its id', { ...join, target: [LEA, GROUP] }, 'enable'],
    ['a group by its name', { ...join, target: [LEA, { ...GROUP, id: '00gOTHER' }] }, 'other_group'],
    ['a group whose id an app has', { ...join, target: [LEA, { ...APP, id: GROUP.id }] }, 'other_group'],
    ['a group that is not said', { ...join, target: [LEA] }, 'other_group'],
  ])('%s', (_, but, expected) => {
    const said = read(but);

    if (expected === 'enable') expect(said).toMatchObject({ user: { active: true } });
    else expect(said).toBe(expected);
  });

  it('are registers: an event that names several is a change for each, whatever their order', () => {
    const of = anOktaTenant({ groups: ['00gB', '00gA', '00gC'] });
    const groups = ['00gC', '00gOTHER', '00gA'].map((id) => ({ ...GROUP, id }));
    const eventType = 'group.user_membership.remove';

    fc.assert(
      fc.property(fc.shuffledSubarray([LEA, JO, ...groups], { minLength: 5 }), (target) => {
        const said = readEvent(anOktaEvent({ uuid: 'e-1', eventType, target }), of, NOW);

        const changes: Announcement[] = Object(said);
        const told = changes.map(({ subject, register, eventId }) => `${subject.id} ${register} ${eventId}`);
        expect(told.sort()).toEqual(
          [LEA, JO].flatMap(({ id }) => [`${id} 00gA e-1`, `${id} 00gC e-1:00gC`]).sort(),
        );
      }),
    );
  });

  it('are one change where the news is thin', () => {
    const of = anOktaTenant({ apps: ['0oaA', '0oaB'] });
    const target = [LEA, { ...APP, id: '0oaA' }, { ...APP, id: '0oaB' }];

    const said = readEvent(anOktaEvent({ eventType: 'application.user_membership.update', target }), of, NOW);

    expect(said).toHaveLength(1);
  });

  it.each([
    ['an app', 'application.lifecycle.delete', { ...APP, id: '0oaOTHER' }, 'other_app'],
    ['an app that is taken from a group', 'group.application_assignment.remove', GROUP, 'other_app'],
    ['a group', 'group.lifecycle.delete', { ...GROUP, id: '00gOTHER' }, 'other_group'],
  ])('are no others: %s', (_, eventType, target, reason) => {
    expect(readEvent(anOktaEvent({ eventType, target: [target] }), tenant, NOW)).toBe(reason);
  });

  it.each([
    ['user.account.lock', false],
    ['user.account.unlock', true],
  ])('locks are followed where the tenant wants it: %s', (eventType, active) => {
    expect(read({ eventType }, anOktaTenant({ locks: true }))).toMatchObject({
      register: 'lock',
      user: { active },
    });
    expect(read({ eventType }, anOktaTenant({ locks: false }))).toBe('locks_not_followed');
  });
});

describe('whatever an event holds', () => {
  const someTarget = fc.oneof(
    fc.constantFrom(LEA, JO, APP, APP_USER, GROUP, null),
    fc.record(
      { id: fc.jsonValue(), type: fc.constantFrom('User', 'user', null), alternateId: fc.jsonValue() },
      { requiredKeys: [] },
    ),
    fc.jsonValue(),
  );
  const almostAnEvent = fc.record(
    {
      uuid: fc.oneof(fc.uuid(), fc.string()),
      eventType: fc.oneof(fc.constantFrom(...Object.keys(EVENT_TYPES)), fc.string()),
      published: fc.oneof(fc.constant('2026-03-02T09:14:04.120Z'), fc.string(), fc.jsonValue()),
      actor: fc.oneof(fc.record({ id: fc.oneof(fc.string(), fc.jsonValue()) }), fc.jsonValue()),
      outcome: fc.oneof(fc.constant({ result: 'SUCCESS' }), fc.jsonValue()),
      target: fc.oneof(fc.array(someTarget), fc.jsonValue()),
    },
    { requiredKeys: ['uuid', 'eventType', 'outcome'] },
  );

  it('it is changes that the queue takes, or a reason', () => {
    fc.assert(
      fc.property(fc.oneof(almostAnEvent, fc.jsonValue()), (element) => {
        const said = readEvent(element, tenant, NOW);

        if (typeof said === 'string') return;
        for (const news of 'kind' in said ? [said] : said) {
          const message = { kind: 'change', ...news };
          expect(parseMessage(JSON.stringify(message))).toEqual(message);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
