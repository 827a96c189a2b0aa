// Asks a gateway by both deliveries, a refusal and a cancellation, and prints what it was told.
import { Client } from '@stomp/stompjs';
import WebSocket from 'ws';

const told = {};
const hi = { messages: [{ role: 'user', content: 'hi 👋' }] };
const client = new Client({
  webSocketFactory: () => new WebSocket(process.argv[2], ['v12.stomp', 'v11.stomp']),
  heartbeatIncoming: 500,
  heartbeatOutgoing: 500,
  reconnectDelay: 0,
});

function send(destination, requestId, body) {
  client.publish({ destination, headers: { 'request-id': requestId }, body: body && JSON.stringify(body) });
}

client.onConnect = () => {
  client.subscribe('/user/queue/generations', (message) => {
    const event = JSON.parse(message.body);
    const requestId = message.headers['request-id'];
    (told[requestId] ??= []).push(event);
    if (requestId === 'endless' && event.type === 'delta') {
      send(`/app/generations/${event.generationId}/cancel`, 'cancel');
    }
    if (['response', 'stream', 'refused', 'endless'].every((id) =>
      told[id]?.some(({ type }) => ['completed', 'failed', 'cancelled'].includes(type)))) {
      client.deactivate();
    }
  });
  send('/app/generations', 'response', hi);
  send('/app/generations', 'stream', { ...hi, delivery: 'stream' });
  send('/app/generations', 'refused', { ...hi, spam: true });
  send('/app/generations', 'endless', { messages: [{ role: 'user', content: 'endless' }], delivery: 'stream' });
};
client.onStompError = (frame) => {
  console.error(frame.headers.message);
  process.exit(1);
};
client.onDisconnect = () => {
  console.log(JSON.stringify(told));
  process.exit(0);
};
setTimeout(() => process.exit(2), 20_000);
client.activate();
