// The STOMP door with the client that browsers use. npm install @stomp/stompjs ws; node stomp.mjs "Hello" [stream|response]
import { Client } from '@stomp/stompjs';
import { WebSocket } from 'ws';

const [text = 'Hello', delivery = 'stream'] = process.argv.slice(2);
const ENDS = ['completed', 'failed', 'cancelled'];

const client = new Client({
  webSocketFactory: () => new WebSocket('ws://127.0.0.1:8080/ws', ['v12.stomp']),
  onConnect: () => {
    client.subscribe('/user/queue/generations', (message) => {
      const event = JSON.parse(message.body);
      if (event.type === 'delta') {
        process.stdout.write(event.text);
      } else {
        console.log('\n' + message.body);
      }
      if (ENDS.includes(event.type)) {
        client.deactivate();
      }
    });
    client.publish({
      destination: '/app/generations',
      headers: { 'request-id': 'r-1' },
      body: JSON.stringify({ delivery, messages: [{ role: 'user', content: text }] }),
    });
  },
  onStompError: (frame) => {
    console.error(frame.headers.message, frame.body);
    client.deactivate();
  },
});
client.activate();
