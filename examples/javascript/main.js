// The clients in Node 18 or newer: node main.js generate|receipt|stream|stomp "Hello". SLUICE_URL says where Sluice is.
import { Problem, Sluice } from './sluice.js';

const url = process.env.SLUICE_URL ?? 'http://127.0.0.1:8080';
const [mode = 'stream', content = 'Hello'] = process.argv.slice(2);
const request = { messages: [{ role: 'user', content }] };
const sluice = new Sluice(url);

const print = ({ type, data }) => {
  if (type === 'delta') {
    process.stdout.write(data.text);
  } else if (type === 'failed') {
    throw new Problem(data);
  }
};

try {
  if (mode === 'generate') {
    console.log((await sluice.generate(request)).output.text);
  } else if (mode === 'receipt') {
    const receipt = await sluice.begin(request);
    console.log('receipt:', receipt);
    console.log((await sluice.collect(receipt)).output.text);
  } else if (mode === 'stream') {
    for await (const event of sluice.stream(request)) {
      print(event);
    }
    console.log();
  } else {
    globalThis.WebSocket ??= (await import('ws')).WebSocket; // Node has one since 22
    const { followOverStomp } = await import('./stomp.js');
    await followOverStomp(url, request, print);
    console.log();
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
