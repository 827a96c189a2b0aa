package dev.sluice.prompt.guardrail.bedrock;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

class BedrockGuardrailsStartTests {

	private static final String METADATA = "aws.ec2MetadataServiceEndpoint";

	/** A newcomer's machine has neither a region nor anybody to ask for one. */
	@Test
	@Timeout(30)
	void looksForNoRegionBeforeItIsAsked() throws Exception {
		try (ServerSocketChannel metadata = ServerSocketChannel.open()
			.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
			metadata.configureBlocking(false);
			System.setProperty(METADATA, "http://127.0.0.1:" + metadata.socket().getLocalPort());
			try {
				new BedrockGuardrails(new BedrockGuardrailProperties(Duration.ofSeconds(3), 8),
						new SimpleMeterRegistry())
					.close();
			}
			finally {
				System.clearProperty(METADATA);
			}
			assertThat(metadata.accept()).isNull();
		}
	}

}
