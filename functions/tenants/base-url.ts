import * as z from 'zod/mini';
import { isSecureUrl } from '../platform/secure-url.ts';

/** The address of a service that credentials are sent to, without a slash at its end. */
export const baseUrl = z.string().check(
  z.refine(isSecureUrl, 'must be an https URL without credentials in it (http only for 127.0.0.1)'),
  z.refine((text) => !/[?#\s]/.test(text), 'must have neither a query nor a fragment'),
  z.overwrite((text) => text.replace(/\/+$/, '')),
);
