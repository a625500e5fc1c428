import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oktaEventHook } from '../../../functions/sources/okta/event-hook.ts';
import type { WebhookRequest } from '../../../functions/sources/webhook-source.ts';
import type { Tenant } from '../../../functions/tenants/tenant-schema.ts';
import { NOW } from '../../support/changes.ts';
import { APP, anEnvelope, anOktaEvent, JO, LEA } from '../../support/okta-events.ts';
import {
  anOktaFile,
  anOktaTenant,
  aTenant,
  HOOK_CREDENTIAL,
  PREVIOUS_HOOK_CREDENTIAL,
  sha256,
} from '../../support/tenants.ts';

const tenant = anOktaTenant();
const { okta: _, ...withoutOkta } = aTenant();

function aRequest(headers: WebhookRequest['headers'], method = 'POST'): WebhookRequest {
  return { method, headers, query: new URLSearchParams() };
}

describe("Okta's credential", () => {
  it.each([
    ['the current one', HOOK_CREDENTIAL],
    ['the previous one', PREVIOUS_HOOK_CREDENTIAL],
  ])('lets it in: %s', (_name, authorization) => {
    expect(oktaEventHook.admit(aRequest({ authorization }), tenant)).toEqual({ kind: 'admitted', tenant });
  });

  it("may be in a header of the tenant's choice, whose case does not matter", () => {
    const eventHook = { header: 'X-Okta-Key', sha256: [sha256(HOOK_CREDENTIAL)] };
    const chosen = aTenant({ okta: anOktaFile({ eventHook }) });

    expect(oktaEventHook.admit(aRequest({ 'x-okta-key': HOOK_CREDENTIAL }), chosen).kind).toBe('admitted');
    expect(oktaEventHook.admit(aRequest({ authorization: HOOK_CREDENTIAL }), chosen).kind).toBe('answered');
  });

  it.each<[string, WebhookRequest['headers'], Tenant | undefined]>([
    ['none', {}, tenant],
    ['an empty one', { authorization: '' }, tenant],
    ['a wrong one', { authorization: 'wrong' }, tenant],
    ['the right one with Bearer before it', { authorization: `Bearer ${HOOK_CREDENTIAL}` }, tenant],
    ['the right one in another header', { 'x-api-key': HOOK_CREDENTIAL }, tenant],
    ['the right one for an unknown tenant', { authorization: HOOK_CREDENTIAL }, undefined],
    ['none for an unknown tenant', {}, undefined],
    ['the right one for a tenant without Okta', { authorization: HOOK_CREDENTIAL }, withoutOkta],
  ])('keeps it out, and always in the same words: %s', (_name, headers, of) => {
    for (const method of ['GET', 'POST']) {
      const request = aRequest({ ...headers, 'x-okta-verification-challenge': 'c' }, method);

      expect(oktaEventHook.admit(request, of)).toEqual({
        kind: 'answered',
        note: 'unauthorized',
        answer: {
          status: 401,
          headers: { 'www-authenticate': 'EventHook realm="clarus-bridge"' },
          body: { error: 'unauthorized', message: 'The credential is missing or wrong, or nothing is here.' },
        },
      });
    }
  });

  it('is the only thing that lets anybody in, whatever the headers', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('authorization', 'x'), fc.string()), (headers) => {
        expect(oktaEventHook.admit(aRequest(headers), tenant).kind).toBe('answered');
      }),
    );
  });
});

describe("Okta's one-time verification", () => {
  function verify(challenge: string | undefined): unknown {
    const headers = { authorization: HOOK_CREDENTIAL, 'x-okta-verification-challenge': challenge };
    return oktaEventHook.admit(aRequest(headers, 'GET'), tenant);
  }

  it('gets its challenge back, whatever text that is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 4096 }), (challenge) => {
        expect(verify(challenge)).toEqual({
          kind: 'answered',
          note: 'verified',
          answer: { status: 200, body: { verification: challenge } },
        });
      }),
    );
  });

  it.each([
    ['no challenge', undefined],
    ['an empty challenge', ''],
    ['an endless challenge', 'c'.repeat(4097)],
  ])('with %s is a bad request', (_name, challenge) => {
    expect(verify(challenge)).toMatchObject({ note: 'challenge_missing', answer: { status: 400 } });
  });

  it('is a GET: a POST with a challenge is news', () => {
    const headers = { authorization: HOOK_CREDENTIAL, 'x-okta-verification-challenge': 'c' };

    expect(oktaEventHook.admit(aRequest(headers), tenant).kind).toBe('admitted');
  });

  it('is answered to Okta alone, and success is an empty 204', () => {
    expect(oktaEventHook).toMatchObject({ methods: ['GET', 'POST'], accepted: 204 });
  });
});

describe('an envelope', () => {
  it('is its changes, with its id for the log', () => {
    const reading = oktaEventHook.read(anEnvelope([anOktaEvent()]), tenant, NOW);

    expect(reading).toMatchObject({
      kind: 'news',
      changes: [{ eventId: '6d1b1f0e-1111-11f0-9a9a-0f1e2d3c4b5a', subject: { id: LEA.id } }],
      ignored: {},
      about: { eventId: '0b7f0a52-3a0e-4d6e-8f6d-2f0c6a5f1c11' },
    });
  });

  it('with several events has each of them, and counts what it leaves out by reason', () => {
    const events = [
      anOktaEvent({ uuid: 'e-1' }),
      null,
      anOktaEvent({ uuid: 'e-2', eventType: 'user.session.start' }),
      anOktaEvent({ uuid: 'e-3', eventType: 'user.mfa.factor.activate' }),
      anOktaEvent({ uuid: 'e-4', outcome: { result: 'FAILURE' } }),
      { uuid: 5 },
      anOktaEvent({ uuid: 'e-5', eventType: 'user.lifecycle.activate', target: [JO] }),
      anOktaEvent({ uuid: 'e-6', target: [LEA, JO] }),
    ];

    const reading = oktaEventHook.read(anEnvelope(events), tenant, NOW);

    expect(reading).toMatchObject({
      ignored: { malformed: 2, type_not_mapped: 2, outcome_not_success: 1 },
    });
    const changes: { eventId: string; subject: { id: string } }[] = Object(reading).changes;
    expect(changes.map(({ eventId, subject }) => [eventId, subject.id])).toEqual([
      ['e-1', LEA.id],
      ['e-5', JO.id],
      ['e-6', LEA.id],
      ['e-6', JO.id],
    ]);
  });

  it('with the same event twice has it once', () => {
    const reading = oktaEventHook.read(anEnvelope([anOktaEvent(), anOktaEvent()]), tenant, NOW);

    expect(Object(reading).changes).toHaveLength(1);
  });

  it('that tells of an app is a notice beside the changes, once', () => {
    const deletion = { eventType: 'application.lifecycle.delete', target: [APP] };
    const events = [anOktaEvent({ ...deletion, uuid: 'e-1' }), anOktaEvent({ uuid: 'e-2' })];

    const of = anOktaTenant({ apps: [APP.id] });
    const reading = oktaEventHook.read(anEnvelope([...events, ...events]), of, NOW);

    expect(reading).toMatchObject({
      changes: [{ eventId: 'e-2' }],
      notices: [{ kind: 'attention', source: 'okta', eventId: 'e-1', event: 'application.lifecycle.delete' }],
      ignored: {},
    });
  });

  it('without events is no news, and no mistake', () => {
    expect(oktaEventHook.read(anEnvelope([]), tenant, NOW)).toMatchObject({ changes: [], ignored: {} });
  });

  it.each<[string, string]>([
    ['the same org', 'https://acme.okta.example/api/v1/eventHooks/who1'],
    ['the same org in capitals', 'https://ACME.okta.example/api/v1/eventHooks/who1'],
    ['the same org with the port that https has', 'https://acme.okta.example:443/api/v1/eventHooks/who1'],
  ])('may come from %s', (_name, source) => {
    expect(oktaEventHook.read(anEnvelope([], { source }), tenant, NOW).kind).toBe('news');
  });

  it.each<[string, string, Tenant]>([
    ['another org', 'https://globex.okta.example/api/v1/eventHooks/who1', tenant],
    ['an org that begins like it', 'https://acme.okta.example.evil.example/x', tenant],
    ['an org that is its user name', 'https://acme.okta.example@evil.example/x', tenant],
    ['another port', 'https://acme.okta.example:8443/x', tenant],
    ['no host', 'urn:acme.okta.example', tenant],
    ['nowhere the tenant has an org', 'https://acme.okta.example/x', withoutOkta],
  ])('must not come from %s', (_name, source, of) => {
    expect(oktaEventHook.read(anEnvelope([anOktaEvent()], { source }), of, NOW)).toEqual({
      kind: 'malformed',
      problem: 'The source of the envelope is not the Okta org of this tenant.',
    });
  });

  it.each<[string, unknown, string]>([
    ['a text', 'hello', 'the body'],
    ['null', null, 'the body'],
    ['a list', [anEnvelope([])], 'the body'],
    ['an event without an envelope', anOktaEvent(), 'eventType, source, eventId, data'],
    ['another type', anEnvelope([], { eventType: 'com.okta.inline_hook' }), 'eventType'],
    ['no source', anEnvelope([], { source: undefined }), 'source'],
    ['a source that is no URL', anEnvelope([], { source: 'okta' }), 'source'],
    ['no id', anEnvelope([], { eventId: undefined }), 'eventId'],
    ['an empty id', anEnvelope([], { eventId: '' }), 'eventId'],
    ['an endless id', anEnvelope([], { eventId: 'x'.repeat(129) }), 'eventId'],
    ['no data', anEnvelope([], { data: undefined }), 'data'],
    ['null for data', anEnvelope([], { data: null }), 'data'],
    ['no events', anEnvelope([], { data: {} }), 'data.events'],
    ['one event in place of a list', anEnvelope(anOktaEvent()), 'data.events'],
  ])('is refused with the place of the mistake: %s', (_name, body, where) => {
    const reading = oktaEventHook.read(body, tenant, NOW);

    expect(reading.kind).toBe('malformed');
    expect(Object(reading).problem).toContain(where);
  });

  it('is read or refused without quoting it, whatever the body', () => {
    const part = fc.oneof(fc.jsonValue(), fc.constant('hunter2'));
    const almost = fc.record(
      {
        eventType: fc.oneof(fc.constant('com.okta.event_hook'), part),
        source: fc.oneof(fc.constant('https://acme.okta.example/x'), fc.webUrl(), fc.string(), part),
        eventId: fc.oneof(fc.uuid(), part),
        data: fc.oneof(fc.record({ events: fc.oneof(fc.array(part), part) }), part),
        hunter2: part,
      },
      { requiredKeys: [] },
    );

    fc.assert(
      fc.property(fc.oneof(almost, fc.jsonValue()), (body) => {
        const reading = oktaEventHook.read(body, tenant, NOW);

        if (reading.kind === 'malformed') expect(reading.problem).not.toContain('hunter2');
        else expect(reading.changes).toBeInstanceOf(Array);
      }),
      { numRuns: 500 },
    );
  });
});
