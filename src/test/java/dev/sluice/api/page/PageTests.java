package dev.sluice.api.page;

import java.net.http.HttpResponse;
import java.util.List;

import dev.sluice.api.DoorTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What is served at the root, and how it is kept safe. */
class PageTests extends DoorTests {

	@ParameterizedTest
	@CsvSource({ "/,text/html", "/app/main.js,text/javascript", "/app/base.css,text/css", "/favicon.svg,image/svg+xml",
			"/vendor/dompurify/purify.es.mjs,text/javascript", "/vendor/marked/marked.esm.js,text/javascript",
			"/vendor/stomp__stompjs/stomp.umd.min.js,text/javascript",
			"/vendor/highlightjs/highlight.min.js,text/javascript" })
	void servesWhatABrowserNeeds(String path, String type) {
		HttpResponse<String> response = this.gateway.get(path);

		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).get().asString().startsWith(type);
		assertThat(response.headers().firstValue("Cache-Control")).contains("no-cache");
		assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
		assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
	}

	@Test
	void letsTheBrowserLoadFromThisHostAlone() {
		String policy = this.gateway.get("/").headers().firstValue("Content-Security-Policy").orElseThrow();

		assertThat(List.of(policy.split("; "))).containsExactly("default-src 'none'", "script-src 'self'",
				"style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'", "base-uri 'none'",
				"form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
				"trusted-types dompurify");
	}

	@Test
	void sendsAFileOnceAndThenSaysThatItIsTheSame() {
		String tag = this.gateway.get("/app/main.js").headers().firstValue("ETag").orElseThrow();

		HttpResponse<String> again = this.gateway.get("/app/main.js", "If-None-Match", tag);

		assertThat(again.statusCode()).isEqualTo(304);
		assertThat(again.body()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/app/nothing.js", "/app/", "/vendor/", "/application.yml", "/dynamodb-tables.yaml",
			"/app/..%2f..%2fapplication.yml", "/vendor/%2e%2e/%2e%2e/application.yml", "/static/index.html" })
	void servesNothingElse(String path) {
		HttpResponse<String> response = this.gateway.get(path);

		assertThat(response.statusCode()).isIn(400, 404);
		assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
	}

}
