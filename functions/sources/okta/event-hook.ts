import type { Announcement } from '../../identity/change.ts';
import type { AttentionNotice } from '../../queue/attention-notice.ts';
import type { WebhookTenant } from '../../tenants/webhook-tenant.ts';
import { isAccepted } from '../credential.ts';
import type { Admission, Reading, WebhookRequest, WebhookSource } from '../webhook-source.ts';
import { envelopeSchema } from './event-hook-schema.ts';
import { readEvent } from './read-event.ts';

/** A challenge is a short random text; no more than this is echoed. */
const CHALLENGE_LIMIT = 4096;

/**
 * Okta event hooks: https://developer.okta.com/docs/concepts/event-hooks/. Okta signs nothing; a secret in a
 * header is all that proves the sender, on the verification GET too.
 */
export const oktaEventHook: WebhookSource = { methods: ['GET', 'POST'], accepted: 204, admit, read };

function admit(request: WebhookRequest, tenant: WebhookTenant | undefined): Admission {
  const hook = tenant?.okta?.eventHook;
  const presented = request.headers[(hook?.header ?? 'authorization').toLowerCase()];
  const accepted = isAccepted(presented, hook?.sha256);
  // One answer for a wrong credential and for an unknown tenant: tenants cannot be found by trying.
  if (!accepted || tenant === undefined) {
    return {
      kind: 'answered',
      note: 'unauthorized',
      answer: {
        status: 401,
        headers: { 'www-authenticate': 'EventHook realm="clarus-bridge"' },
        body: { error: 'unauthorized', message: 'The credential is missing or wrong, or nothing is here.' },
      },
    };
  }
  return request.method === 'GET' ? verification(request) : { kind: 'admitted', tenant };
}

/** The one-time verification: the challenge goes back as JSON. */
function verification(request: WebhookRequest): Admission {
  const challenge = request.headers['x-okta-verification-challenge'];
  if (challenge === undefined || challenge === '' || challenge.length > CHALLENGE_LIMIT) {
    const message =
      'A GET here is Okta verifying the hook and needs the header X-Okta-Verification-Challenge.';
    return {
      kind: 'answered',
      note: 'challenge_missing',
      answer: { status: 400, body: { error: 'bad_request', message } },
    };
  }
  return { kind: 'answered', note: 'verified', answer: { status: 200, body: { verification: challenge } } };
}

function read(body: unknown, tenant: WebhookTenant, now: number): Reading {
  const parsed = envelopeSchema.safeParse(body);
  if (!parsed.success) {
    const where = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'the body'))].join(
      ', ',
    );
    return { kind: 'malformed', problem: `This is not an Okta event hook envelope: see ${where}.` };
  }
  const { source, eventId, data } = parsed.data;
  if (tenant.okta === undefined || new URL(source).host !== new URL(tenant.okta.orgUrl).host) {
    return { kind: 'malformed', problem: 'The source of the envelope is not the Okta org of this tenant.' };
  }
  const changes = new Map<string, Announcement>();
  const notices = new Map<string, AttentionNotice>();
  const ignored: Record<string, number> = {};
  for (const event of data.events) {
    const said = readEvent(event, tenant, now);
    if (typeof said === 'string') ignored[said] = (ignored[said] ?? 0) + 1;
    else if ('kind' in said) notices.set(said.eventId, said);
    else for (const change of said) changes.set(`${change.eventId} ${change.subject.id}`, change);
  }
  return {
    kind: 'news',
    changes: [...changes.values()],
    notices: [...notices.values()],
    ignored,
    about: { eventId },
  };
}
