const ANSWERS = '/user/queue/generations';
const ENDS = new Set(['completed', 'failed', 'cancelled']);

export const isEnd = ({ type }) => ENDS.has(type);

/**
 * Generations over STOMP. Who asks or follows is told every event of a generation, in order and each once, whatever becomes of
 * the connection meanwhile: when it is back the generation goes on behind the event seen last.
 *
 * @param onState told `connected`, `reconnecting` or `offline`
 * @param onOther told events of generations of the watched conversation that nobody here asked for or follows
 */
export function openWire({ onState, onOther }) {
  /** By generation: the sequence seen last, and who is told. */
  const followed = new Map();
  /** By request id: what was asked and is not known to have become a generation. */
  const asked = new Map();
  let watched = null;
  let subscription = null;
  let requests = 0;

  const address = new URL('ws', document.baseURI);
  address.protocol = address.protocol.replace('http', 'ws');
  const client = new window.StompJs.Client({
    brokerURL: address.href,
    reconnectDelay: 400,
    maxReconnectDelay: 15_000,
    reconnectTimeMode: window.StompJs.ReconnectionTimeMode.EXPONENTIAL,
    connectionTimeout: 10_000,
    heartbeatIncoming: 10_000,
    heartbeatOutgoing: 10_000,
    onConnect: connected,
    onWebSocketClose: () => onState(navigator.onLine ? 'reconnecting' : 'offline'),
  });

  function connected() {
    onState('connected');
    client.subscribe(ANSWERS, receive, { id: 'answers' });
    if (watched) {
      subscribeTopic();
    }
    for (const [id, { last }] of followed) {
      resume(id, last);
    }
    for (const [requestId, request] of asked) {
      if (request.sent) {
        // Whether it arrived is not to be known from here.
        asked.delete(requestId);
        request.listener({ type: 'uncertain' });
      } else {
        send(requestId, request);
      }
    }
  }

  function receive(message) {
    const event = JSON.parse(message.body);
    if (!event.generationId) {
      refused(event);
    } else if (event.type === 'message') {
      onOther(event);
    } else if (event.sequence) {
      const request = asked.get(event.requestId);
      if (request) {
        asked.delete(event.requestId);
        followed.set(event.generationId, { last: 0, listener: request.listener });
      }
      next(event);
    }
  }

  function next(event) {
    const generation = followed.get(event.generationId);
    if (!generation) {
      onOther(event);
    } else if (event.sequence === generation.last + 1) {
      generation.last = event.sequence;
      generation.resuming = false;
      if (isEnd(event)) {
        followed.delete(event.generationId);
      }
      generation.listener(event);
    } else if (event.sequence > generation.last && !generation.resuming) {
      generation.resuming = true;
      resume(event.generationId, generation.last);
    }
  }

  function refused(event) {
    const [what, id] = (event.requestId ?? '').split(' ');
    if (what === 'resume' && followed.has(id)) {
      const { listener } = followed.get(id);
      followed.delete(id);
      listener({ type: 'gone', problem: event.problem });
    } else if (asked.has(event.requestId)) {
      const { listener } = asked.get(event.requestId);
      asked.delete(event.requestId);
      listener({ type: 'refused', problem: event.problem });
    }
  }

  function send(requestId, request) {
    request.sent = true;
    publish('/app/generations', requestId, { delivery: 'stream', ...request.body });
  }

  function resume(id, after) {
    publish(`/app/generations/${id}/resume`, `resume ${id}`, { after });
  }

  function publish(destination, requestId, body) {
    client.publish({
      destination,
      headers: { 'request-id': requestId, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  function subscribeTopic() {
    subscription = client.subscribe(`/topic/conversations/${watched}`, receive);
  }

  addEventListener('online', () => client.active && !client.connected && client.forceDisconnect());
  addEventListener('offline', () => onState('offline'));
  client.activate();

  return {
    /** Asks; what is asked without a connection is sent when there is one. */
    ask(body, listener) {
      const requestId = `ask ${++requests}`;
      const request = { body, listener, sent: false };
      asked.set(requestId, request);
      if (client.connected) {
        send(requestId, request);
      }
      return {
        /** Takes back what has not been sent; false if it has. */
        withdraw: () => !request.sent && asked.delete(requestId),
      };
    },
    /** Follows a generation from its first event. */
    follow(id, listener) {
      if (!followed.has(id)) {
        followed.set(id, { last: 0, listener, resuming: true });
        if (client.connected) {
          resume(id, 0);
        }
      }
    },
    /** Tells nobody of it any more; it runs on. */
    leave(id) {
      followed.delete(id);
    },
    stop(id) {
      if (client.connected) {
        publish(`/app/generations/${id}/cancel`, `cancel ${id}`, {});
      }
    },
    /** Follows all that others ask in a conversation, instead of the one watched before. */
    watch(conversationId) {
      if (watched && client.connected) {
        subscription?.unsubscribe();
      }
      watched = conversationId;
      if (watched && client.connected) {
        subscribeTopic();
      }
    },
  };
}
