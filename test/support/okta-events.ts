/** Targets of Okta events, as the System Log writes them. */
export const LEA = {
  id: '00uLEAVER',
  type: 'User',
  alternateId: 'lea.ver@acme.example',
  displayName: 'Lea Ver',
  detailEntry: null,
};
export const JO = { ...LEA, id: '00uJOINER', alternateId: 'jo.iner@acme.example', displayName: 'Jo Iner' };
export const APP = {
  id: '0oaCLARUS',
  type: 'AppInstance',
  alternateId: 'Clarus WMS',
  displayName: 'Clarus WMS',
};
export const APP_USER = { id: '0uaLEAVER', type: 'AppUser', alternateId: 'lver', displayName: 'Lea Ver' };
export const GROUP = { id: '00gPICKERS', type: 'UserGroup', alternateId: 'unknown', displayName: 'Pickers' };

/** A LogEvent in which Okta says that Lea was deactivated, unless said otherwise. */
export function anOktaEvent(but: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    uuid: '6d1b1f0e-1111-11f0-9a9a-0f1e2d3c4b5a',
    published: '2026-03-02T09:14:04.120Z',
    eventType: 'user.lifecycle.deactivate',
    version: '0',
    displayMessage: 'Deactivate Okta user',
    severity: 'INFO',
    actor: {
      id: '00uADMIN',
      type: 'User',
      alternateId: 'admin@acme.example',
      displayName: 'Ada Min',
      detailEntry: null,
    },
    outcome: { result: 'SUCCESS', reason: null },
    target: [LEA],
    transaction: { type: 'WEB', id: 'tx-1', detail: {} },
    debugContext: { debugData: { requestUri: '/admin/user/deactivate/00uLEAVER' } },
    client: null,
    ...but,
  };
}

/** The envelope in which Okta's event hook sends events. */
export function anEnvelope(events: unknown, but: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventType: 'com.okta.event_hook',
    eventTypeVersion: '1.0',
    cloudEventsVersion: '0.1',
    source: 'https://acme.okta.example/api/v1/eventHooks/who1example0000000000',
    eventId: '0b7f0a52-3a0e-4d6e-8f6d-2f0c6a5f1c11',
    data: { events },
    eventTime: '2026-03-02T09:15:00.004Z',
    contentType: 'application/json',
    ...but,
  };
}
