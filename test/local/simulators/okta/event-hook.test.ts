import { describe, expect, it } from 'vitest';
import { oktaEventHook } from '../../../../local/simulators/okta/event-hook.ts';

const user = {
  id: '00uLEAVER',
  profile: { login: 'lea.ver@acme.example', firstName: 'Lea', lastName: 'Ver' },
};
const orgUrl = 'https://acme.okta.example';
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('an event hook call of the Okta simulator', () => {
  it('has the envelope that Okta documents', () => {
    const published = new Date('2026-03-02T09:15:04.120Z');

    const hook = oktaEventHook({ orgUrl, user, eventTypes: 'user.lifecycle.deactivate', published });

    expect(hook).toEqual({
      eventType: 'com.okta.event_hook',
      eventTypeVersion: '1.0',
      cloudEventsVersion: '0.1',
      source: 'https://acme.okta.example/api/v1/eventHooks/who1example0000000000',
      eventId: expect.stringMatching(UUID),
      data: {
        events: [
          expect.objectContaining({
            uuid: expect.stringMatching(UUID),
            published: '2026-03-02T09:15:04.120Z',
            eventType: 'user.lifecycle.deactivate',
            outcome: { result: 'SUCCESS', reason: null },
            target: [
              {
                id: '00uLEAVER',
                type: 'User',
                alternateId: 'lea.ver@acme.example',
                displayName: 'Lea Ver',
                detailEntry: null,
              },
            ],
          }),
        ],
      },
      eventTime: '2026-03-02T09:15:05.320Z',
      contentType: 'application/json',
    });
  });

  it.each([
    { eventType: 'application.user_membership.remove', types: ['AppUser', 'AppInstance', 'User'] },
    { eventType: 'group.user_membership.remove', types: ['UserGroup', 'User'] },
    { eventType: 'user.account.update_profile', types: ['User'] },
  ])('of type $eventType targets $types', ({ eventType, types }) => {
    const { data } = oktaEventHook({ orgUrl, user, eventTypes: eventType });

    const [event] = Object(data).events;
    expect(event.target.map(({ type }: { type: string }) => type)).toEqual(types);
  });

  it('carries several events, each with an id of its own', () => {
    const eventTypes = ['user.lifecycle.deactivate', 'group.user_membership.remove'];

    const { events } = Object(oktaEventHook({ orgUrl, user, eventTypes }).data);

    expect(events.map(({ eventType }: { eventType: string }) => eventType)).toEqual(eventTypes);
    expect(events[0].uuid).not.toBe(events[1].uuid);
  });

  it.each([
    ['user.account.lock', { result: 'FAILURE', reason: 'LOCKED_OUT' }],
    ['user.account.unlock', { result: 'SUCCESS', reason: null }],
  ])('of type %s has the outcome with which Okta logs it', (eventType, outcome) => {
    const { data } = oktaEventHook({ orgUrl, user, eventTypes: eventType });

    expect(Object(data).events[0].outcome).toEqual(outcome);
  });

  it('names changed attributes where given', () => {
    const { data } = oktaEventHook({
      orgUrl,
      user,
      eventTypes: 'user.account.update_profile',
      changedAttributes: 'login,title',
    });

    expect(Object(data).events[0].debugContext).toEqual({ debugData: { changedAttributes: 'login,title' } });
  });
});
