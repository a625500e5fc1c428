import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import {
  type SimulatedAnswer,
  type SimulatedRequest,
  type Simulator,
  startSimulator,
} from '../simulators/simulator.ts';

export interface SecretsManagerStub extends Simulator {
  /** Sets a secret's text, whatever it is: a rotation, or something malformed. */
  set(name: string, text: string): void;
  /** Deletes a secret for good. */
  remove(name: string): void;
  /** How often GetSecretValue was called, for one secret or for all. */
  reads(name?: string): number;
}

interface Version {
  text: string;
  id: string;
  createdAt: number;
}

const getSchema = z.looseObject({ SecretId: z.string() });
const putSchema = z.looseObject({ SecretId: z.string(), SecretString: z.string() });
const controlSchema = z.record(z.string(), z.string());

/** The error codes with which AWS words a status that a fault asks for. */
const FAULT_CODES = new Map([
  [400, 'ThrottlingException'],
  [403, 'AccessDeniedException'],
  [429, 'ThrottlingException'],
]);

/**
 * AWS Secrets Manager's GetSecretValue and PutSecretValue by AWS JSON 1.1. Control beyond that of every
 * simulator: `PUT /_sim/secrets` with an object of name to text replaces all of them.
 */
export async function startSecretsManager(
  seed: Readonly<Record<string, string>> = {},
): Promise<SecretsManagerStub> {
  const secrets = new Map<string, Version>();

  function set(name: string, text: string): void {
    secrets.set(name, { text, id: randomUUID(), createdAt: Date.now() });
  }

  function replaceAll(texts: Readonly<Record<string, string>>): void {
    secrets.clear();
    for (const [name, text] of Object.entries(texts)) set(name, text);
  }

  function answer({ method, path, headers, text }: SimulatedRequest): SimulatedAnswer {
    const target = String(headers['x-amz-target']).replace(/^secretsmanager\./, '');
    if (method !== 'POST' || path !== '/') return failed(400, 'UnknownOperationException');
    if (target === 'GetSecretValue') return getSecretValue(JSON.parse(text));
    return target === 'PutSecretValue'
      ? putSecretValue(JSON.parse(text))
      : failed(400, 'UnknownOperationException');
  }

  function getSecretValue(input: unknown): SimulatedAnswer {
    const request = getSchema.safeParse(input).data;
    if (request === undefined) return failed(400, 'ValidationException');
    const version = secrets.get(request.SecretId);
    if (version === undefined) {
      return failed(400, 'ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    const CreatedDate = version.createdAt / 1000;
    return { status: 200, body: { ...described(request.SecretId), SecretString: version.text, CreatedDate } };
  }

  function putSecretValue(input: unknown): SimulatedAnswer {
    const request = putSchema.safeParse(input).data;
    if (request === undefined) return failed(400, 'ValidationException');
    if (!secrets.has(request.SecretId)) {
      return failed(400, 'ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    set(request.SecretId, request.SecretString);
    return { status: 200, body: described(request.SecretId) };
  }

  function described(name: string): Record<string, unknown> {
    return {
      ARN: `arn:aws:secretsmanager:eu-west-1:000000000000:secret:${name}-AbCdEf`,
      Name: name,
      VersionId: secrets.get(name)?.id,
      VersionStages: ['AWSCURRENT'],
    };
  }

  replaceAll(seed);
  const controls = {
    'PUT /_sim/secrets': (body: unknown) => replaceAll(controlSchema.parse(body)),
  };
  const simulator = await startSimulator({
    name: 'Secrets Manager',
    answer,
    errorBody: (status) => ({ __type: FAULT_CODES.get(status) ?? 'InternalServiceError', Message: 'Fault' }),
    controls,
    reset: () => replaceAll(seed),
  });

  function reads(name?: string): number {
    return simulator
      .requests()
      .filter(({ headers }) => String(headers['x-amz-target']).endsWith('.GetSecretValue'))
      .filter(({ body }) => name === undefined || Object(body).SecretId === name).length;
  }

  return { ...simulator, set, remove: (name) => void secrets.delete(name), reads };
}

function failed(status: number, type: string, message = type): SimulatedAnswer {
  return { status, body: { __type: type, Message: message } };
}
