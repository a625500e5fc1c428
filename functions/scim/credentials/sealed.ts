import { createHmac, timingSafeEqual } from 'node:crypto';

/** A text that says something for a while, and that only the holder of the key can have made. */
export type Opened = { kind: 'good'; content: unknown } | { kind: 'expired' } | { kind: 'forged' };

/** Seals JSON until a time (epoch milliseconds), in characters that a URL takes as they are (RFC 3986 section 2.3). */
export function seal(key: Buffer, content: unknown, until: number): string {
  const text = Buffer.from(JSON.stringify({ until, content })).toString('base64url');
  return `${text}.${signature(key, text)}`;
}

/** Opens what `seal` made. The signature is compared in constant time, before anything is read. */
export function open(key: Buffer, sealed: string, now: number): Opened {
  const [text = '', given = '', ...more] = sealed.split('.');
  const right = Buffer.from(signature(key, text));
  const presented = Buffer.from(given);
  if (more.length > 0 || presented.length !== right.length || !timingSafeEqual(presented, right)) {
    return { kind: 'forged' };
  }
  const { until, content } = Object(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  return now < Number(until) ? { kind: 'good', content } : { kind: 'expired' };
}

function signature(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
