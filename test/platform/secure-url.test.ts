import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopback, isSecureUrl } from '../../functions/platform/secure-url.ts';

describe('a URL that may carry credentials', () => {
  it.each([
    'https://clarus-api.com',
    'https://clarus-api.com/',
    'https://clarus-api.com:8443/base',
    'HTTPS://CLARUS-API.COM',
    'http://127.0.0.1',
    'http://127.0.0.1:3001',
    'http://localhost:3001/base',
    'http://LOCALHOST',
    'http://[::1]:3001',
    'http://127.1',
  ])('is %s', (url) => {
    expect(isSecureUrl(url)).toBe(true);
  });

  it.each([
    ['plain http', 'http://clarus-api.com'],
    ['plain http to a private address', 'http://10.0.0.1'],
    ['plain http to a name that begins like loopback', 'http://127.0.0.1.example.com'],
    ['plain http to a name that ends like loopback', 'http://localhost.example.com'],
    ['plain http to every address of this machine', 'http://0.0.0.0'],
    ['loopback as credentials', 'http://localhost@example.com'],
    ['loopback as credentials, with a password', 'http://127.0.0.1:80@example.com'],
    ['loopback behind a backslash', 'http://example.com\\@127.0.0.1'],
    ['a user in it', 'https://me@clarus-api.com'],
    ['a password in it', 'https://me:secret@clarus-api.com'],
    ['a password alone in it', 'https://:secret@clarus-api.com'],
    ['another protocol', 'ftp://127.0.0.1'],
    ['a file', 'file:///etc/passwd'],
    ['a script', 'javascript:alert(1)'],
    ['a web socket', 'wss://clarus-api.com'],
    ['data', 'data:text/plain,https://clarus-api.com'],
    ['no protocol', 'clarus-api.com'],
    ['half a URL', '//clarus-api.com'],
    ['no host', 'https://'],
    ['a port that is none', 'https://clarus-api.com:99999'],
    ['nothing', ''],
  ])('is none with %s', (_, url) => {
    expect(isSecureUrl(url)).toBe(false);
  });

  it('is https or loopback, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ validSchemes: ['http', 'https', 'ftp'] })), (text) => {
        if (!isSecureUrl(text)) return;
        const url = new URL(text);
        expect(url.protocol === 'https:' || isLoopback(url)).toBe(true);
        expect(url.username + url.password).toBe('');
      }),
    );
  });
});

describe('loopback', () => {
  it.each([
    ['http://127.0.0.1:3001/x', true],
    ['http://localhost', true],
    ['http://[::1]', true],
    ['https://clarus-api.com', false],
    ['http://127.0.0.2', false],
  ])('%s: %s', (url, expected) => {
    expect(isLoopback(new URL(url))).toBe(expected);
  });
});
