package dev.sluice.model.bedrock;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

import dev.sluice.model.ModelException.Reason;
import dev.sluice.testing.FakeBedrock;
import dev.sluice.testing.FakeExchange;
import dev.sluice.testing.FakeFrames;

/** Streams that fail, which two transports must notice alike. */
final class FaultCorpus {

	/**
	 * Some deltas, which have been read when the fault happens, and the fault.
	 *
	 * @param reason why the call must have failed
	 */
	record Fault(int deltas, Consumer<FakeExchange> happening, Reason reason) {

		FakeBedrock.Answer answer(CountDownLatch read) {
			return (exchange) -> {
				exchange.startStream().messageStart();
				for (int i = 0; i < this.deltas; i++) {
					exchange.delta("word" + i);
				}
				exchange.await(read);
				this.happening.accept(exchange);
			};
		}

	}

	private static final Map<String, Reason> EXCEPTIONS = Map.of("internalServerException", Reason.INTERNAL,
			"modelStreamErrorException", Reason.MODEL_ERROR, "validationException", Reason.REJECTED,
			"throttlingException", Reason.THROTTLED, "serviceUnavailableException", Reason.UNAVAILABLE,
			"modelTimeoutException", Reason.MODEL_ERROR, "accessDeniedException", Reason.ACCESS_DENIED,
			"exceptionOfTomorrow", Reason.INTERNAL);

	private static final Map<String, Reason> ERRORS = Map.of("InternalFailure", Reason.INTERNAL, "ThrottlingException",
			Reason.THROTTLED, "ServiceUnavailable", Reason.UNAVAILABLE, "ErrorOfTomorrow", Reason.INTERNAL);

	private static final byte[] FRAME = FakeFrames.event("contentBlockDelta",
			"{\"contentBlockIndex\":0,\"delta\":{\"text\":\"never read\"}}");

	private FaultCorpus() {
	}

	static Map<String, Fault> faults() {
		Map<String, Fault> faults = new LinkedHashMap<>();
		for (int deltas : List.of(0, 1, 50)) {
			String after = " after " + deltas;
			Reason cut = (deltas == 0) ? Reason.CONNECTION : Reason.BROKEN;
			EXCEPTIONS.forEach((type, reason) -> faults.put(type + after,
					new Fault(deltas, (exchange) -> exchange.exception(type, "It failed"), reason)));
			ERRORS.forEach((code, reason) -> faults.put(code + " frame" + after,
					new Fault(deltas, (exchange) -> exchange.raw(FakeFrames.error(code, "It failed")), reason)));
			faults.put("context" + after, new Fault(deltas,
					(exchange) -> exchange.exception("validationException", "Input is too long for requested model."),
					Reason.CONTEXT_TOO_LONG));
			for (int length : List.of(0, 3, 11, 12, 40, FRAME.length - 1)) {
				byte[] part = Arrays.copyOf(FRAME, length);
				faults.put("end in byte " + length + after,
						new Fault(deltas, (exchange) -> sent(exchange, part).end(), cut));
				faults.put("FIN in byte " + length + after,
						new Fault(deltas, (exchange) -> sent(exchange, part).fin(), cut));
				faults.put("RST in byte " + length + after,
						new Fault(deltas, (exchange) -> sent(exchange, part).reset(), cut));
			}
			for (int index : List.of(0, 5, 9, 13, 30, FRAME.length - 6, FRAME.length - 1)) {
				byte[] corrupt = FRAME.clone();
				corrupt[index] ^= 0x10;
				faults.put("corrupt byte " + index + after,
						new Fault(deltas, (exchange) -> exchange.raw(corrupt), Reason.BROKEN));
			}
			for (String json : List.of("{\"contentBlockIndex\":0,\"delta\":{\"te", "nonsense")) {
				faults.put("delta " + json + after,
						new Fault(deltas, (exchange) -> exchange.event("contentBlockDelta", json), Reason.BROKEN));
			}
			faults.put("no messageStop" + after, new Fault(deltas, (exchange) -> exchange.metadata(1, 2), cut));
			faults.put("no metadata" + after, new Fault(deltas, (exchange) -> exchange.messageStop("end_turn"), cut));
			faults.put("no metadata but an exception" + after,
					new Fault(deltas,
							(exchange) -> exchange.messageStop("end_turn").exception("throttlingException", "x"),
							Reason.THROTTLED));
			faults.put("tool without a stop" + after, new Fault(deltas,
					(exchange) -> toolStart(exchange).messageStop("tool_use").metadata(1, 2), Reason.BROKEN));
			faults.put("tool input without a start" + after, new Fault(deltas,
					(exchange) -> exchange.delta(3, "{\"toolUse\":{\"input\":\"{}\"}}"), Reason.BROKEN));
			faults.put("no stop reason" + after,
					new Fault(deltas, (exchange) -> exchange.event("messageStop", "{}"), Reason.BROKEN));
			faults.put("no usage" + after,
					new Fault(deltas, (exchange) -> exchange.event("metadata", "{}"), Reason.BROKEN));
			faults.put("corrupt frame, then silence" + after,
					new Fault(deltas, (exchange) -> exchange.corruptFrame().hang(), Reason.BROKEN));
			faults.put("exception, then silence" + after, new Fault(deltas,
					(exchange) -> exchange.exception("throttlingException", "x").hang(), Reason.THROTTLED));
			faults.put("bad chunk" + after,
					new Fault(deltas, (exchange) -> exchange.socket("zz\r\nnonsense\r\n".getBytes()).fin(), cut));
		}
		return faults;
	}

	private static FakeExchange sent(FakeExchange exchange, byte[] part) {
		return (part.length > 0) ? exchange.raw(part) : exchange;
	}

	private static FakeExchange toolStart(FakeExchange exchange) {
		return exchange.event("contentBlockStart",
				"{\"contentBlockIndex\":3,\"start\":{\"toolUse\":{\"name\":\"n\",\"toolUseId\":\"t\"}}}");
	}

}
