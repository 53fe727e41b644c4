// Runs as a separate process: starts or joins the server of the home in argv, reports it on stdout, and holds it until killed.
import { startEmbeddedServer } from '../../src/db/embedded/server.js';

const [home] = process.argv.slice(2);
process.on('SIGINT', () => undefined);
const server = await startEmbeddedServer({ home: home!, log: () => undefined, settings: { shared_buffers: '16MB' } });
process.stdout.write(`${JSON.stringify({ owned: server.owned, port: server.port })}\n`);
process.stdin.resume().on('end', () => void server.stop().then(() => process.exit()));
