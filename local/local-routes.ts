import type { RequestListener } from 'node:http';

/** Views of the stack's inside, by path. They get the query and their result is answered as JSON. */
export type LocalRoutes = Readonly<Record<string, (query: URLSearchParams) => Promise<unknown>>>;

/** Serves the views under `/_local/`, which exist on one machine only, and leaves all else to `next`. */
export function withLocalRoutes(routes: LocalRoutes, next: RequestListener): RequestListener {
  return function listen(request, response) {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    if (!path.startsWith('/_local/')) return next(request, response);

    function send(status: number, body: unknown): void {
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    }

    const view = request.method === 'GET' ? routes[path] : undefined;
    if (view === undefined) return send(404, { message: 'Not Found' });
    view(new URLSearchParams(query)).then(
      (body) => send(200, body),
      (error: unknown) => send(500, { message: String(error) }),
    );
  };
}
