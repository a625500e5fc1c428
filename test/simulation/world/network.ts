import { type HttpAnswer, type HttpSend, NoAnswer } from '../../../functions/platform/http-send.ts';
import type { Random } from '../random.ts';
import type { Life } from './life.ts';
import { SECOND, type VirtualTime } from './time.ts';
import type { Fate, Weather } from './weather.ts';

/** A request as it lands. */
export interface Landed {
  method: string;
  url: URL;
  body: unknown;
}

/** What a service makes of it. A link is the address of the next page. */
export interface Answer {
  status: number;
  json: unknown;
  link?: string;
}

/** The services by host. */
export type Services = Readonly<Record<string, (request: Landed) => Answer>>;

export interface NetworkPorts {
  time: VirtualTime;
  random: Random;
  weather: Weather;
  services: Services;
}

/** Requests travel: they land whatever becomes of who sent them, and an answer comes to nobody who is dead. */
export function networkOf({ time, random, weather, services }: NetworkPorts, life: Life): HttpSend {
  return function send(url, { method = 'GET', body, timeout }) {
    const request: Landed = {
      method,
      url: new URL(url),
      body: body?.startsWith('{') ? JSON.parse(body) : body,
    };
    const land = (): HttpAnswer => answerOf(serve(request));
    life.maybeDies();
    return new Promise((resolve, reject) => {
      const gaveUp = () => reject(new NoAnswer({ sent: true, timedOut: true, stale: false }, undefined));
      const comes = (after: number, what: () => void) => time.after(after, () => life.isAlive() && what());
      const fate: Fate = weather.request();
      const [there, back] = [random.between(10, 400), random.between(5, 200)];
      switch (fate.kind) {
        case 'answered':
          time.after(there, () => {
            const answer = land();
            comes(back, () => resolve(answer));
          });
          return;
        case 'lost':
          return comes(timeout, gaveUp);
        case 'late':
          time.after(fate.landsAfter, land);
          return comes(timeout, gaveUp);
        case 'refused':
          return comes(there + back, () => resolve(answerOf({ status: fate.status, json: {} })));
        case 'hidden':
          time.after(fate.landsAfter, land);
          return comes(Math.min(timeout, 2 * SECOND + back), () =>
            resolve(answerOf({ status: fate.status, json: {} })),
          );
        case 'page':
          return comes(there + back, () => resolve(page(fate.status)));
      }
    });
  };

  function serve(request: Landed): Answer {
    const service = services[request.url.host];
    if (service === undefined) throw new Error(`nobody is at ${request.url.host}`);
    return service(request);
  }
}

function answerOf({ status, json, link }: Answer): HttpAnswer {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ...(link !== undefined && { link: `<${link}>; rel="next"` }),
  };
  return { status, header: (name) => headers[name], text: JSON.stringify(json) };
}

function page(status: number): HttpAnswer {
  return {
    status,
    header: (name) => (name === 'content-type' ? 'text/html' : undefined),
    text: '<html><body>We will be back soon.</body></html>',
  };
}
