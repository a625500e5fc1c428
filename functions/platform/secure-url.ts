const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether a URL is fit to carry credentials: https, or plain http that cannot leave this machine. */
export function isSecureUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

/** Whether the URL names this machine by one of its loopback names. */
export function isLoopback(url: URL): boolean {
  return LOOPBACK.has(url.hostname);
}
