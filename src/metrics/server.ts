import { ConfigError } from '../model/errors.js';
import type { Sample } from './metric.js';
import { METRICS_CONTENT_TYPE, renderMetrics } from './prometheus-text.js';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the scheduler says of itself; asked at each request, it must not wait for anything. */
export interface Observed {
  readonly samples: () => readonly Sample[];
  /** Resolves when the databases were asked for the first time, or after a moment: samples are whole then. */
  readonly asked: Promise<void>;
  /** Why this process should be started anew; undefined: it lives. */
  readonly deathReason: () => string | undefined;
  /** Why it cannot do its work at the moment, a sentence each; none: it can. */
  readonly problems: () => readonly string[];
}

/** Where what is observed can be asked for. */
export interface ObservedPlace {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** More than a few scrapers and probes is nobody we know. */
const MOST_CONNECTIONS = 32;

/** Serves `/metrics`, `/health` (alive) and `/ready` (able to do its work), to everybody who reaches the address. Errors: `ConfigError`. */
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
  // What befalls it later, such as too many open files, must not end the work that it tells of.
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
      // A first scrape without what the databases know would be taken for a reset.
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
