import * as z from 'zod';
import { BridgeError } from '../../identity/bridge-error.ts';
import { type HttpAnswer, jsonOf } from '../../platform/http.ts';
import { type GraphAccess, type GraphRequest, malformedAnswer } from './graph-request.ts';

/** The changes of all users; Graph has no "created" for users and says "updated" then. */
const WANTED = { changeType: 'updated,deleted', resource: 'users', latestSupportedTlsVersion: 'v1_2' };

const subscriptionSchema = z.object({
  id: z.guid().toLowerCase(),
  resource: z.string(),
  notificationUrl: z.string().nullish(),
  expirationDateTime: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
});

/** A subscription as Graph has it. Its clientState is never shown again. */
export type GraphSubscription = z.output<typeof subscriptionSchema>;

const listSchema = z.object({ value: z.array(z.unknown()), '@odata.nextLink': z.string().exactOptional() });

/** The app's subscriptions to users that come to this URL. */
export async function listSubscriptions(
  request: GraphRequest,
  access: GraphAccess,
  notificationUrl: string,
): Promise<GraphSubscription[]> {
  const found: GraphSubscription[] = [];
  let link: string | undefined = '/subscriptions';
  while (link !== undefined) {
    const answer = await request(access, 'GET', link);
    const page = listSchema.safeParse(jsonOf(answer));
    if (answer.status !== 200 || !page.success) throw malformedAnswer('no list of subscriptions');
    for (const element of page.data.value) {
      const { data } = subscriptionSchema.safeParse(element);
      if (data?.notificationUrl === notificationUrl && /^\/?users$/i.test(data.resource)) found.push(data);
    }
    link = page.data['@odata.nextLink'];
  }
  return found;
}

/** `expiresAt` is epoch milliseconds. Graph calls the URL before it answers. */
export async function createSubscription(
  request: GraphRequest,
  access: GraphAccess,
  {
    notificationUrl,
    clientState,
    expiresAt,
  }: { notificationUrl: string; clientState: string; expiresAt: number },
): Promise<GraphSubscription> {
  const answer = await request(access, 'POST', '/subscriptions', {
    ...WANTED,
    notificationUrl,
    // It cannot be added later.
    lifecycleNotificationUrl: notificationUrl,
    expirationDateTime: new Date(expiresAt).toISOString(),
    clientState,
  });
  return subscriptionIn(answer, 201);
}

/** Extends and reauthorizes; undefined when there is no such subscription any more. */
export async function renewSubscription(
  request: GraphRequest,
  access: GraphAccess,
  id: string,
  expiresAt: number,
): Promise<GraphSubscription | undefined> {
  const body = { expirationDateTime: new Date(expiresAt).toISOString() };
  const answer = await request(access, 'PATCH', `/subscriptions/${id}`, body);
  return answer.status === 404 ? undefined : subscriptionIn(answer, 200);
}

/** One that is not there already is as good as deleted. */
export async function deleteSubscription(
  request: GraphRequest,
  access: GraphAccess,
  id: string,
): Promise<void> {
  const answer = await request(access, 'DELETE', `/subscriptions/${id}`);
  if (answer.status !== 204 && answer.status !== 404) throw refused(answer);
}

function subscriptionIn(answer: HttpAnswer, status: number): GraphSubscription {
  if (answer.status !== status) throw refused(answer);
  const parsed = subscriptionSchema.safeParse(jsonOf(answer));
  if (parsed.success) return parsed.data;
  throw malformedAnswer('no subscription');
}

function refused(answer: HttpAnswer): BridgeError {
  const { message } = Object(Object(jsonOf(answer)).error);
  const said = typeof message === 'string' ? `: ${message.slice(0, 300)}` : '';
  return new BridgeError(
    'entra_subscription_refused',
    `Microsoft Graph refused the subscription to users (${answer.status}${said}). Changes are found by the sweep ` +
      'alone until it is there. 400: Graph must reach the webhook URL. 409: the app registration already ' +
      'subscribes elsewhere, so give each stage one of its own or delete the other subscription.',
    { retryable: false, status: answer.status },
  );
}
