package dev.sluice.api;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.sluice.testing.Gateway;
import dev.sluice.testing.HttpSocket;
import dev.sluice.testing.StompClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Requests that nobody should send: each is told what is wrong with it, by a problem with
 * the right code, and the gateway goes on as if nothing had been.
 */
class MalformedRequestTests extends DoorTests {

	private static final String JSON = "Content-Type: application/json";

	private static final String[] SECRETS_OF_THE_HOUSE = { "Exception", "\tat ", "dev.sluice", "java.", "jackson",
			"springframework", "apache", "tomcat", "Tomcat", "trace\":\"" };

	/**
	 * A body that is refused.
	 *
	 * @param field that is named, empty if there is none
	 */
	private record Body(String json, String field) {

		@Override
		public String toString() {
			return (this.json.length() < 100) ? this.json : this.json.substring(0, 100);
		}

	}

	private static Body body(String json, String field) {
		return new Body(json, field);
	}

	/** A request with this field beside a good message. */
	private static Body with(String field, String value, String named) {
		return body("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"" + field + "\":" + value + "}", named);
	}

	private static Body content(String content, String named) {
		return body("{\"messages\":[{\"role\":\"user\",\"content\":" + content + "}]}", named);
	}

	private static Body parameters(String parameters, String named) {
		return with("parameters", parameters, named);
	}

	static Stream<Body> bodies() {
		return Stream.of(body("", ""), body(" ", ""), body("{", ""), body("}", ""), body("nonsense", ""),
				body("{\"messages\":", ""), body("{'messages':[]}", ""), body("{messages:[]}", ""), body("null", ""),
				body("[]", ""), body("7", ""), body("\"text\"", ""), body("true", ""),
				body("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]} trailing", ""),
				body("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}{}", ""),
				body("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],}", ""),
				body("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},]}", ""),
				body("{\"messages\":[{\"role\":\"user\",\"content\":\"h\u0001i\"}]}", ""),
				body("{\"messages\":[{\"role\":\"user\",\"content\":\"\\x\"}]}", ""),
				body("/* hi */{\"messages\":[]}", ""), body("\ufeffnull", ""), body("[".repeat(100_000), ""),
				body("{\"messages\":" + "[".repeat(5000) + "]".repeat(5000) + "}", "*"),
				content("{\"a\":".repeat(3000) + "1" + "}".repeat(3000), "*"),
				body("{\"system\":\"a\",\"system\":\"b\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
						"system"),
				body("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"role\":\"user\",\"content\":\"b\"}]}",
						"messages[1].role"),
				content("[{\"type\":\"text\",\"text\":\"a\",\"text\":\"b\"}]", "messages[0].content[0].text"),
				parameters("{\"topP\":1,\"topP\":1}", "parameters.topP"), body("{}", "messages"),
				body("{\"messages\":null}", "messages"), body("{\"messages\":[]}", "messages"),
				body("{\"messages\":{}}", "messages"), body("{\"messages\":\"hi\"}", "messages"),
				body("{\"messages\":7}", "messages"), body("{\"messages\":[null]}", "messages[0]"),
				body("{\"messages\":[7]}", "messages[0]"), body("{\"messages\":[\"hi\"]}", "messages[0]"),
				body("{\"messages\":[[]]}", "messages[0]"), body("{\"messages\":[{}]}", "messages[0].role"),
				body("{\"messages\":[{\"content\":\"hi\"}]}", "messages[0].role"),
				body("{\"messages\":[{\"role\":null,\"content\":\"hi\"}]}", "messages[0].role"),
				body("{\"messages\":[{\"role\":1,\"content\":\"hi\"}]}", "messages[0].role"),
				body("{\"messages\":[{\"role\":\"system\",\"content\":\"hi\"}]}", "messages[0].role"),
				body("{\"messages\":[{\"role\":\"User\",\"content\":\"hi\"}]}", "messages[0].role"),
				body("{\"messages\":[{\"role\":\"assistant\",\"content\":\"hi\"}]}", "messages[0].role"),
				body("{\"messages\":[{\"role\":\"user\"}]}", "messages[0].content"),
				content("null", "messages[0].content"), content("\"\"", "messages[0].content"),
				content("\" \\n\"", "messages[0].content"), content("7", "messages[0].content"),
				content("[]", "messages[0].content"), content("{}", "messages[0].content"),
				content("[null]", "messages[0].content[0]"), content("[\"hi\"]", "messages[0].content[0]"),
				content("[{}]", "messages[0].content[0].type"),
				content("[{\"type\":7}]", "messages[0].content[0].type"),
				content("[{\"type\":\"video\"}]", "messages[0].content[0].type"),
				content("[{\"type\":\"text\"}]", "messages[0].content[0].text"),
				content("[{\"type\":\"text\",\"text\":7}]", "messages[0].content[0].text"),
				content("[{\"type\":\"text\",\"text\":\"\"}]", "messages[0].content[0].text"),
				content("[{\"type\":\"text\",\"text\":\"a\",\"spam\":1}]", "messages[0].content[0].spam"),
				content("[{\"type\":\"image\"}]", "messages[0].content[0].format"),
				content("[{\"type\":\"image\",\"format\":\"bmp\",\"data\":\"AAAA\"}]", "messages[0].content[0].format"),
				content("[{\"type\":\"image\",\"format\":\"png\"}]", "messages[0].content[0].data"),
				content("[{\"type\":\"image\",\"format\":\"png\",\"data\":\"\"}]", "messages[0].content[0].data"),
				content("[{\"type\":\"image\",\"format\":\"png\",\"data\":\"A\"}]", "messages[0].content[0].data"),
				content("[{\"type\":\"image\",\"format\":\"png\",\"data\":\"A===\"}]", "messages[0].content[0].data"),
				content("[{\"type\":\"image\",\"format\":\"png\",\"data\":\"AA-_\"}]", "messages[0].content[0].data"),
				content("[{\"type\":\"image\",\"format\":\"png\",\"data\":\"AA A\"}]", "messages[0].content[0].data"),
				content("[{\"type\":\"image\",\"format\":\"png\",\"data\":\"AAAA\",\"name\":\"x\"}]",
						"messages[0].content[0].name"),
				content("[{\"type\":\"document\",\"format\":\"exe\",\"name\":\"x\",\"data\":\"AAAA\"}]",
						"messages[0].content[0].format"),
				content("[{\"type\":\"document\",\"format\":\"pdf\",\"data\":\"AAAA\"}]",
						"messages[0].content[0].name"),
				content("[{\"type\":\"document\",\"format\":\"pdf\",\"name\":\"../x\",\"data\":\"AAAA\"}]",
						"messages[0].content[0].name"),
				content("[{\"type\":\"document\",\"format\":\"pdf\",\"name\":\"a  b\",\"data\":\"AAAA\"}]",
						"messages[0].content[0].name"),
				content("[{\"type\":\"document\",\"format\":\"pdf\",\"name\":\"" + "a".repeat(201)
						+ "\",\"data\":\"AAAA\"}]", "messages[0].content[0].name"),
				body("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\",\"name\":\"Bob\"}]}", "messages[0].name"),
				body("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"tool\",\"content\":\"x\"}]}",
						"messages[1].role"),
				with("spam", "1", "spam"), with("Model", "\"fast\"", "Model"), with("stream", "true", "stream"),
				with("model", "7", "model"), with("model", "\"\"", "model"), with("model", "\"nothing\"", "model"),
				with("model", "[\"fast\"]", "model"), with("model", "true", "model"), with("system", "7", "system"),
				with("system", "\"\"", "system"), with("system", "{}", "system"), with("system", "[\"x\"]", "system"),
				with("onDisconnect", "\"explode\"", "onDisconnect"), with("onDisconnect", "1", "onDisconnect"),
				with("onDisconnect", "\"CANCEL\"", "onDisconnect"), with("metadata", "[]", "metadata"),
				with("metadata", "\"x\"", "metadata"), with("metadata", "{\"a\":1}", "metadata.a"),
				with("metadata", "{\"a\":null}", "metadata.a"), with("metadata", "{\"a\":{}}", "metadata.a"),
				with("metadata", "{\"\":\"x\"}", "metadata"), with("metadata", "{\"a\":\"<script>\"}", "metadata.a"),
				with("metadata", "{\"a\":\"" + "x".repeat(257) + "\"}", "metadata.a"),
				with("metadata",
						"{" + String.join(",", IntStream.range(0, 17).mapToObj((i) -> "\"k" + i + "\":\"v\"").toList())
								+ "}",
						"metadata"),
				parameters("7", "parameters"), parameters("[]", "parameters"),
				parameters("{\"maxTokens\":0}", "parameters.maxTokens"),
				parameters("{\"maxTokens\":-5}", "parameters.maxTokens"),
				parameters("{\"maxTokens\":1.5}", "parameters.maxTokens"),
				parameters("{\"maxTokens\":\"5\"}", "parameters.maxTokens"),
				parameters("{\"maxTokens\":99999999999}", "parameters.maxTokens"),
				parameters("{\"maxTokens\":1e3}", "parameters.maxTokens"),
				parameters("{\"maxTokens\":true}", "parameters.maxTokens"),
				parameters("{\"temperature\":2}", "parameters.temperature"),
				parameters("{\"temperature\":-0.1}", "parameters.temperature"),
				parameters("{\"temperature\":\"0.5\"}", "parameters.temperature"),
				parameters("{\"temperature\":1e400}", "parameters.temperature"),
				parameters("{\"temperature\":\"NaN\"}", "parameters.temperature"),
				parameters("{\"temperature\":NaN}", ""), parameters("{\"topP\":1.01}", "parameters.topP"),
				parameters("{\"topP\":{}}", "parameters.topP"), parameters("{\"topK\":5}", "parameters.topK"),
				parameters("{\"stopSequences\":\"END\"}", "parameters.stopSequences"),
				parameters("{\"stopSequences\":[1]}", "parameters.stopSequences[0]"),
				parameters("{\"stopSequences\":[null]}", "parameters.stopSequences[0]"),
				parameters("{\"stopSequences\":[\"a\",\"\"]}", "parameters.stopSequences[1]"));
	}

	@ParameterizedTest
	@MethodSource("bodies")
	void namesWhatIsWrongWithABody(Body body) {
		HttpResponse<String> sync = this.gateway.generate(body.json());
		HttpResponse<String> streamed = this.gateway.generate(body.json(), "Accept", "text/event-stream");
		HttpResponse<String> async = this.gateway.generate(body.json(), "Prefer", "respond-async");

		for (HttpResponse<String> response : List.of(sync, streamed, async)) {
			assertProblem(response.statusCode(), response.headers().firstValue("Content-Type").orElse(""),
					response.body(), 400, "invalid-request");
			if (!body.field().equals("*")) {
				assertThat(Gateway.json(response).path("field").asString("")).isEqualTo(body.field());
			}
			assertThat(Gateway.json(response).path("detail").asString()).isNotBlank();
		}
		assertThat(this.bedrock.requests()).isEmpty();
	}

	@Test
	void namesWhatIsWrongWithABodyOverStompToo() throws Exception {
		StompClient client = this.gateway.stomp();

		for (Body body : bodies().toList()) {
			client.send("/app/generations", body.json(), "request-id:x");
			StompClient.Frame frame = client.next();

			assertThat(frame.command()).as(body.toString()).isEqualTo("MESSAGE");
			assertThat(frame.type()).isEqualTo("failed");
			JsonNode problem = frame.json().path("problem");
			assertProblem(problem.path("status").asInt(), "application/problem+json", problem.toString(), 400,
					"invalid-request");
			if (!body.field().equals("*")) {
				assertThat(problem.path("field").asString("")).as(body.toString()).isEqualTo(body.field());
			}
		}
		assertThat(client.generate(HI).untilEnd().getLast().type()).isEqualTo("completed");
		assertThat(this.bedrock.requests()).hasSize(1);
	}

	/** A request as bytes, and what it gets. */
	private record Raw(String text, int status, String code) {

		@Override
		public String toString() {
			return this.text.lines().findFirst().orElse("") + " → " + this.status;
		}

	}

	private static Raw raw(int status, String code, String method, String target, String... headers) {
		return new Raw(HttpSocket.request(method, target, null, headers), status, code);
	}

	private static Raw post(int status, String code, String body, String... headers) {
		return new Raw(HttpSocket.request("POST", "/v1/generations", body, headers), status, code);
	}

	static Stream<Raw> requests() {
		String none = "gen_00000000000000000000000000";
		return Stream.of(raw(404, "not-found", "GET", "/nothing"), raw(404, "not-found", "GET", "/v1"),
				raw(404, "not-found", "GET", "/v2/generations"), raw(404, "not-found", "GET", "/v1/generation"),
				raw(404, "not-found", "GET", "/v1/generations/" + none),
				raw(404, "not-found", "GET", "/v1/generations/" + none + "/event"),
				raw(404, "not-found", "GET", "/v1/generations/" + none + "/events"),
				raw(400, "invalid-request", "GET", "/v1/generations/%00"),
				raw(404, "not-found", "GET", "/v1/generations/" + "x".repeat(2000)),
				raw(404, "not-found", "DELETE", "/v1/generations/x"), raw(404, "not-found", "GET", "/error"),
				raw(404, "not-found", "GET", "/actuator/env"), raw(404, "not-found", "GET", "/actuator/heapdump"),
				raw(404, "not-found", "GET", "/favicon.ico"), raw(404, "not-found", "GET", "/v1/generations/"),
				raw(405, "invalid-request", "GET", "/v1/generations"),
				raw(405, "invalid-request", "PUT", "/v1/generations"),
				raw(405, "invalid-request", "PATCH", "/v1/generations"),
				raw(405, "invalid-request", "DELETE", "/v1/generations"),
				raw(405, "invalid-request", "POST", "/v1/generations/" + none),
				raw(405, "invalid-request", "PUT", "/v1/generations/" + none + "/events"),
				raw(405, "invalid-request", "BREW", "/v1/generations"),
				raw(405, "invalid-request", "TRACE", "/v1/generations"),
				raw(406, "invalid-request", "GET", "/v1/generations/" + none, "Accept: text/html"),
				raw(406, "invalid-request", "GET", "/v1/generations/" + none + "/events", "Accept: application/json"),
				raw(406, "invalid-request", "GET", "/v1/generations/" + none, "Accept: nonsense"),
				raw(426, "invalid-request", "GET", "/ws"), raw(400, "invalid-request", "GET", "/%zz"),
				raw(400, "invalid-request", "GET", "/v1/generations/a%2Fb"),
				raw(400, "invalid-request", "GET", "/v1/gener\u0001ations"),
				raw(400, "invalid-request", "GET", "/v1/<script>"),
				raw(400, "invalid-request", "GET", "v1/generations"),
				raw(400, "invalid-request", "GET", "/v1/generations/{id}"),
				post(406, "invalid-request", HI, JSON, "Accept: text/html"),
				post(406, "invalid-request", HI, JSON, "Accept: image/*"),
				post(406, "invalid-request", HI, JSON, "Accept: ///"), post(415, "invalid-request", HI),
				post(415, "invalid-request", HI, "Content-Type: text/plain"),
				post(415, "invalid-request", HI, "Content-Type: nonsense"),
				post(415, "invalid-request", HI, "Content-Type: application/x-www-form-urlencoded"),
				post(415, "invalid-request", HI, "Content-Type: multipart/form-data; boundary=x"),
				post(415, "invalid-request", HI, "Content-Type: application/xml", "Accept: text/event-stream"),
				post(413, "payload-too-large", "x".repeat(300_000), JSON),
				post(413, "payload-too-large", "x".repeat(300_000), JSON, "Accept: text/event-stream"),
				new Raw("POST /v1/generations HTTP/1.1\r\nHost: x\r\n" + JSON
						+ "\r\nTransfer-Encoding: chunked\r\n\r\n493e0\r\n" + "x".repeat(300_000) + "\r\n0\r\n\r\n",
						413, "payload-too-large"),
				new Raw("POST /v1/generations HTTP/1.1\r\nHost: x\r\n" + JSON
						+ "\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", 400, "invalid-request"),
				new Raw("POST /v1/generations HTTP/1.1\r\nHost: x\r\n" + JSON
						+ "\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n", 400, "invalid-request"),
				new Raw("POST /v1/generations HTTP/1.1\r\nHost: x\r\n" + JSON
						+ "\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}spam\r\n0\r\n\r\n", 400, "invalid-request"),
				new Raw("POST /v1/generations HTTP/1.1\r\nHost: x\r\n" + JSON
						+ "\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400, "invalid-request"),
				new Raw("POST /v1/generations HTTP/1.1\r\nHost: x\r\n" + JSON + "\r\nContent-Length: -1\r\n\r\n", 400,
						"invalid-request"),
				new Raw("POST /v1/generations HTTP/1.1\r\nHost: x\r\n" + JSON + "\r\nContent-Length: two\r\n\r\n{}",
						400, "invalid-request"),
				new Raw("POST /v1/generations HTTP/1.1\r\nHost: x\r\n" + JSON
						+ "\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400, "invalid-request"),
				new Raw("POST /v1/generations HTTP/1.1\r\nHost: x\r\n" + JSON
						+ "\r\nContent-Length: 99999999999\r\n\r\n", 413, "payload-too-large"),
				new Raw("POST /v1/generations HTTP/1.1\r\nHost: x\r\n" + JSON
						+ "\r\nContent-Length: 9999999999999999999999\r\n\r\n", 400, "invalid-request"),
				new Raw("POST /v1/generations HTTP/1.1\r\nHost: x\r\n" + JSON
						+ "\r\nTransfer-Encoding: gzip, nonsense\r\n\r\n", 501, "*"),
				new Raw("POST /v1/generations HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n" + JSON
						+ "\r\nContent-Length: 2\r\n\r\n{}", 417, "invalid-request"),
				new Raw("GET /v1/generations/x HTTP/1.1\r\n\r\n", 400, "invalid-request"),
				new Raw("GET /v1/generations/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "invalid-request"),
				new Raw("GET /v1/generations/x HTTP/1.1\r\nHost: <>\r\n\r\n", 400, "invalid-request"),
				new Raw("GET /v1/generations/x HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400, "invalid-request"),
				new Raw("GET /v1/generations/x HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n", 400, "invalid-request"),
				new Raw("GET /v1/generations/x HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n", 400,
						"invalid-request"),
				new Raw("GET /v1/generations/x HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n".repeat(300) + "\r\n", 400,
						"invalid-request"),
				new Raw("GET /v1/generations/x HTTP/9.9\r\nHost: x\r\n\r\n", 505, "*"),
				new Raw("GET /v1/generations/x SPAM\r\nHost: x\r\n\r\n", 400, "invalid-request"),
				new Raw("G@T / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "invalid-request"),
				new Raw("\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", 400, "invalid-request"),
				new Raw("nonsense\r\n\r\n", 400, "invalid-request"),
				new Raw("{\"messages\":[]}\r\n\r\n", 400, "invalid-request"));
	}

	@ParameterizedTest
	@MethodSource("requests")
	void answersBadRequestsByProblems(Raw request) throws Exception {
		try (HttpSocket socket = this.gateway.socket()) {
			socket.send(request.text());

			HttpSocket.Response response = socket.response();

			assertProblem(response.status(), String.valueOf(response.header("Content-Type")), response.body(),
					request.status(), request.code());
			if (request.status() == 405) {
				assertThat(response.header("Allow")).isNotBlank();
			}
		}
		assertThat(this.bedrock.requests()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"POST /v1/generations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"mess",
			"POST /v1/generations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"m",
			"POST /v1/generations HTTP/1.1\r\nHost: x\r\nContent-", "POST", "\u0000\u0001\u0002", "" })
	void outlivesAClientThatGoesInTheMiddleOfARequest(String text) {
		HttpSocket socket = this.gateway.socket();

		socket.send(text);
		socket.reset();

		assertThat(this.gateway.generate(HI).statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonsense\n\n\0", "\0", "CONNECT", "SEND\n", "CONNECT\nno colon\n\n\0",
			"CONNECT\naccept-version:0.5\n\n\0", "BREW\n\n\0", "CONNECTED\n\n\0", "MESSAGE\n\nx\0", "ERROR\n\nx\0",
			"RECEIPT\n\nx\0", "SEND\ndestination:/app/generations\n\n{}\0",
			"SUBSCRIBE\nid:1\ndestination:/user/queue/generations\n\n\0", "BEGIN\ntransaction:1\n\n\0",
			"ACK\nid:1\n\n\0", "SEND\ncontent-length:-1\ndestination:/app/x\n\nx\0",
			"SEND\ncontent-length:ten\ndestination:/app/x\n\nx\0", "SEND\ndestination:/app/x\\q\n\nx\0",
			"CONNECT\naccept-version:1.2\n\nbody\0" })
	void outlivesBadFrames(String text) throws Exception {
		StompClient client = StompClient.open(this.gateway.port());

		client.text(text).webSocketFrame(0x88, new byte[] { 3, (byte) 0xe8 });

		client.closeCode();
		assertThat(client.untaken()).allSatisfy(MalformedRequestTests::assertNoSecrets);
		assertThat(this.gateway.stomp().generate(HI).untilEnd().getLast().type()).isEqualTo("completed");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonsense\n\n\0", "BREW\n\n\0", "SEND\n\n{}\0", "SEND\ndestination:\n\n{}\0",
			"SEND\ndestination:/app/generations\nno colon\n\n{}\0", "SUBSCRIBE\nid:9\n\n\0",
			"SUBSCRIBE\ndestination:/user/queue/generations\n\n\0",
			"SEND\ncontent-length:-1\ndestination:/app/x\n\nx\0", "SEND\ncontent-length:ten\ndestination:/app/x\n\nx\0",
			"SEND\ncontent-length:1\ndestination:/app/generations\n\nxyz\0", "SEND\ndestination:/app/x\\q\n\nx\0",
			"CONNECTED\nversion:1.2\n\n\0", "MESSAGE\ndestination:/user/queue/generations\n\nx\0",
			"RECEIPT\nreceipt-id:1\n\n\0", "ERROR\n\n\0", "BEGIN\ntransaction:1\n\n\0", "COMMIT\ntransaction:1\n\n\0" })
	void tellsWhatIsWrongWithAFrame(String text) throws Exception {
		StompClient client = this.gateway.stomp();

		client.text(text);

		StompClient.Frame frame = client.next();
		assertThat(frame.command()).isIn("ERROR", "MESSAGE");
		JsonNode problem = frame.command().equals("ERROR") ? frame.json() : frame.json().path("problem");
		assertThat(problem.path("code").asString()).isIn("invalid-request", "not-found");
		assertNoSecrets(frame);
	}

	@Test
	void outlivesBadWebSocketFrames() throws Exception {
		List<StompClient> clients = new ArrayList<>();
		for (int firstByte : new int[] { 0x83, 0x8f, 0xf1, 0x80, 0x09, 0x88 }) {
			StompClient client = this.gateway.stomp();
			clients.add(client.webSocketFrame(firstByte, new byte[] { (byte) 0xff, (byte) 0xfe, 1 }));
		}
		clients.add(this.gateway.stomp().webSocketFrame(0x81, new byte[] { (byte) 0xc0, (byte) 0x80 }));
		clients.add(this.gateway.stomp().webSocketFrame(0x89, new byte[200]));

		for (StompClient client : clients) {
			await().until(client::closed);
		}
		assertThat(this.gateway.stomp().generate(HI).untilEnd().getLast().type()).isEqualTo("completed");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Sec-WebSocket-Version: 99", "Sec-WebSocket-Key: short", "Connection: close" })
	void refusesABadHandshake(String header) throws Exception {
		List<String> headers = new ArrayList<>(Arrays.asList("Upgrade: websocket", "Connection: Upgrade",
				"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
		headers.removeIf((known) -> known.startsWith(header.substring(0, header.indexOf(':'))));
		headers.add(header);
		try (HttpSocket socket = this.gateway.socket()) {
			socket.send(HttpSocket.request("GET", "/ws", null, headers.toArray(String[]::new)));

			HttpSocket.Response response = socket.response();

			assertThat(response.status()).isBetween(400, 499);
		}
	}

	@Test
	void leavesNoThreadsBehind() throws Exception {
		mistreat();
		int before = platformThreads();

		for (int i = 0; i < 5; i++) {
			mistreat();
		}

		await().atMost(Duration.ofSeconds(10)).until(() -> platformThreads() <= before + 3);
		assertThat(this.gateway.generate(HI).statusCode()).isEqualTo(200);
		assertThat(this.gateway.stream(HI).all()).hasSize(10);
	}

	private void mistreat() throws IOException {
		for (Raw request : requests().toList()) {
			try (HttpSocket socket = this.gateway.socket()) {
				socket.send(request.text());
				socket.response();
			}
			HttpSocket socket = this.gateway.socket();
			socket.send(request.text().substring(0, request.text().length() / 2));
			socket.reset();
		}
	}

	private static int platformThreads() {
		return ManagementFactory.getThreadMXBean().getThreadCount();
	}

	private static void assertProblem(int status, String contentType, String body, int expectedStatus, String code) {
		assertThat(status).as(body).isEqualTo(expectedStatus);
		assertThat(contentType).as(body).isEqualTo("application/problem+json");
		JsonNode problem = new JsonMapper().readTree(body);
		assertThat(problem.path("status").asInt()).isEqualTo(expectedStatus);
		if (!code.equals("*")) {
			assertThat(problem.path("code").asString()).isEqualTo(code);
		}
		assertThat(problem.path("type").asString()).isEqualTo("urn:sluice:problem:" + problem.path("code").asString());
		assertThat(body).doesNotContain(SECRETS_OF_THE_HOUSE);
	}

	private static void assertNoSecrets(StompClient.Frame frame) {
		assertThat(frame.body() + frame.headers()).doesNotContain(SECRETS_OF_THE_HOUSE);
	}

}
