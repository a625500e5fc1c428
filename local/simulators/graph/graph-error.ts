import { randomUUID } from 'node:crypto';
import type { SimulatedAnswer } from '../simulator.ts';

/** An error in Graph's words. */
export function graphError(status: number, code: string, message: string): SimulatedAnswer {
  return { status, body: graphErrorBody(code, message) };
}

export function graphErrorBody(code: string, message: string): unknown {
  const ids = { 'request-id': randomUUID(), 'client-request-id': randomUUID() };
  return { error: { code, message, innerError: { date: new Date().toISOString(), ...ids } } };
}
