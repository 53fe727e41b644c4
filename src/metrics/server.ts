import { ConfigError } from '../model/errors.js';
import type { Sample } from './metric.js';
import { METRICS_CONTENT_TYPE, renderMetrics } from './prometheus-text.js';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The scheduler's state; read at each request, so it must not wait for anything. */
export interface Observed {
  readonly samples: () => readonly Sample[];
  /** Resolves when the databases were first queried, or after a moment: the samples are then complete. */
  readonly asked: Promise<void>;
  /** Why this process should be restarted; undefined: it is alive. */
  readonly deathReason: () => string | undefined;
  /** Why it cannot do its work at the moment, one sentence each; empty: it can. */
  readonly problems: () => readonly string[];
}

/** Where the state is served. */
export interface ObservedPlace {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Limits concurrent clients. */
const MOST_CONNECTIONS = 32;

/** Serves `/metrics`, `/health` (alive) and `/ready` (able to work) to every client that reaches the address. Errors: `ConfigError`. */
export async function startMetricsServer(
  place: { readonly host: string; readonly port: number },
  observed: Observed,
): Promise<ObservedPlace> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      answer(response, 405, 'text/plain; charset=utf-8', 'Only GET and HEAD.\n');
      return;
    }
    respond(request.url ?? '', response, observed);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(place.port, place.host);
  await once(server, 'listening').catch((cause: unknown) => {
    throw new ConfigError(
      'metrics-port-unusable',
      `The metrics cannot be served at ${place.host}:${place.port}: ${(cause as Error).message}`,
      {
        cause,
        state: 'nothing-done',
        next: 'Use another --metrics-port or --metrics-host.',
      },
    );
  });
  // Later errors, such as too many open files, must not end the work.
  server.on('error', () => undefined);
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function respond(target: string, response: ServerResponse, { samples, asked, deathReason, problems }: Observed): void {
  const [path] = target.split('?');
  switch (path) {
    case '/metrics':
      // A first scrape without the databases' samples would look like a reset.
      void asked.then(() => answer(response, 200, METRICS_CONTENT_TYPE, renderMetrics(samples())));
      break;
    case '/health': {
      const reason = deathReason();
      answerJson(response, reason === undefined ? { status: 'alive' } : { status: 'dead', problems: [reason] });
      break;
    }
    case '/ready': {
      const found = problems();
      answerJson(response, found.length === 0 ? { status: 'ready' } : { status: 'not ready', problems: found });
      break;
    }
    default:
      answer(response, 404, 'text/plain; charset=utf-8', 'There are /metrics, /health and /ready.\n');
  }
}

const answerJson = (response: ServerResponse, body: { readonly status: string; readonly problems?: readonly string[] }): void =>
  answer(response, body.problems === undefined ? 200 : 503, 'application/json', `${JSON.stringify(body)}\n`);

function answer(response: ServerResponse, code: number, type: string, body: string): void {
  response.writeHead(code, { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  response.end(body);
}
