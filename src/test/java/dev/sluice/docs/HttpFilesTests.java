package dev.sluice.docs;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Every request of {@code examples/http} is answered with the status it names. */
class HttpFilesTests extends DocumentedSluice {

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	static Stream<Path> files() throws IOException {
		return Files.list(Path.of("examples/http")).sorted();
	}

	@ParameterizedTest
	@MethodSource("files")
	void areAnsweredAsTheySay(Path path) throws Exception {
		HttpFile file = new HttpFile(path);
		file.set("sluice", url());

		assertThat(file.calls()).isNotEmpty();
		for (HttpFile.Call call : file.calls()) {
			HttpResponse<String> response = CLIENT.send(request(file, call), HttpResponse.BodyHandlers.ofString());

			assertThat(response.statusCode()).as("%s: %s", call.line(), response.body()).isEqualTo(call.expected());
			file.answered(call, response.body());
		}
	}

	private static HttpRequest request(HttpFile file, HttpFile.Call call) {
		String[] line = file.resolve(call.line()).split(" ");
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(line[1]))
			.method(line[0], BodyPublishers.ofString(file.resolve(call.body())));
		call.headers()
			.stream()
			.map((header) -> header.split(": ", 2))
			.forEach((field) -> request.header(field[0], field[1]));
		return request.build();
	}

}
