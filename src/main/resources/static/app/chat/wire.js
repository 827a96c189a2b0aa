/** The sequence of the end of an answer whose last events were lost with the process that had them. */
const BEHIND_LOST = 1_000_000_000;

const ANSWERS = '/user/queue/generations';
const TOO_LARGE = { code: 'payload-too-large' };
const ENDS = new Set(['completed', 'failed', 'cancelled']);

export const isEnd = ({ type }) => ENDS.has(type);

/**
 * Generations over STOMP. Who asks or follows is told every event of a generation, in order and each once, whatever becomes of
 * the connection meanwhile: when it is back the generation goes on behind the event seen last.
 *
 * @param onState told `connected`, after what is followed and was asked has been taken up again, `reconnecting` or `offline`
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
    onStompError: ({ body }) => tooLarge(body) && refuseSent(TOO_LARGE),
    onWebSocketClose: ({ code }) => {
      if (code === 1009) {
        refuseSent(TOO_LARGE);
      }
      onState(navigator.onLine ? 'reconnecting' : 'offline');
    },
  });

  function connected() {
    client.subscribe(ANSWERS, receive, { id: 'answers' });
    if (watched) {
      subscribeTopic();
    }
    for (const [id, { last, stopping }] of followed) {
      resume(id, last);
      if (stopping) {
        cancel(id);
      }
    }
    for (const [requestId, request] of asked) {
      if (request.sent) {
        // Whether it arrived is not to be known from here.
        asked.delete(requestId);
        if (!request.left) {
          request.listener({ type: 'uncertain' });
        }
      } else {
        send(requestId, request);
      }
    }
    onState('connected');
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
      }
      if (request && !request.left) {
        followed.set(event.generationId, { last: 0, listener: request.listener });
      }
      next(event);
    }
  }

  function next(event) {
    const generation = followed.get(event.generationId);
    if (!generation) {
      onOther(event);
    } else if (event.sequence === generation.last + 1 || event.sequence === BEHIND_LOST) {
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
      refuse(event.requestId, event.problem);
    }
  }

  function refuse(requestId, problem) {
    const { listener, left } = asked.get(requestId);
    asked.delete(requestId);
    if (!left) {
      listener({ type: 'refused', problem });
    }
  }

  /** A frame that the server does not read has no request id; it ends the connection, and with it all that was sent. */
  function refuseSent(problem) {
    for (const [requestId, { sent }] of asked) {
      if (sent) {
        refuse(requestId, problem);
      }
    }
  }

  function send(requestId, request) {
    request.sent = true;
    publish('/app/generations', requestId, { delivery: 'stream', ...request.body });
  }

  function resume(id, after) {
    publish(`/app/generations/${id}/resume`, `resume ${id}`, { after });
  }

  function cancel(id) {
    publish(`/app/generations/${id}/cancel`, `cancel ${id}`, {});
  }

  function publish(destination, requestId, body) {
    client.publish({
      destination,
      headers: { 'request-id': requestId, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  function tooLarge(body) {
    try {
      return JSON.parse(body).code === TOO_LARGE.code;
    } catch {
      return false;
    }
  }

  function subscribeTopic() {
    subscription = client.subscribe(`/topic/conversations/${watched}`, receive);
  }

  addEventListener('online', () => (client.connected ? onState('connected') : client.forceDisconnect()));
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
        /** Takes back what has not been sent; of all else nobody is told any more. */
        leave() {
          if (!this.withdraw()) {
            request.left = true;
          }
        },
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
    /** Ends what is followed, as soon as there is a connection. */
    stop(id) {
      if (client.connected) {
        cancel(id);
      } else if (followed.has(id)) {
        followed.get(id).stopping = true;
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
