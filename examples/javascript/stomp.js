// The STOMP door with the client that pages use, for pages and Node: npm ci in this directory fetches it.
import { Client } from '@stomp/stompjs';

/** Follows a new generation, also over lost connections, and ends with its last event. */
export function followOverStomp(url, request, onEvent) {
  return new Promise((resolve, reject) => {
    let generation;
    let last = 0;
    const finish = (settle, value) => client.deactivate().then(() => settle(value));
    const client = new Client({
      brokerURL: `${url.replace(/^http/, 'ws')}/ws`,
      reconnectDelay: 500,
      connectionTimeout: 10_000,
      onConnect: () => {
        client.subscribe('/user/queue/generations', ({ body }) => {
          const { type, generationId, sequence, problem, ...data } = JSON.parse(body);
          if (problem) {
            finish(reject, Object.assign(new Error(`${problem.code}: ${problem.detail ?? problem.title}`), { problem }));
            return;
          }
          generation = generationId;
          last = sequence ?? last;
          onEvent({ type, id: sequence, data });
          if (type === 'completed' || type === 'cancelled') {
            finish(resolve);
          }
        });
        if (generation) {
          client.publish({ destination: `/app/generations/${generation}/resume`, body: JSON.stringify({ after: last }) });
        } else {
          const body = JSON.stringify({ ...request, delivery: 'stream', onDisconnect: 'finish' });
          client.publish({ destination: '/app/generations', headers: { 'request-id': 'r-1' }, body });
        }
      },
      onStompError: (frame) => finish(reject, new Error(frame.headers.message)),
    });
    client.activate();
  });
}
