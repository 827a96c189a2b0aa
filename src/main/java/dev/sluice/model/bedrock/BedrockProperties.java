package dev.sluice.model.bedrock;

import java.time.Duration;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Amazon Bedrock. Region, endpoint, credentials and proxy are set by the AWS SDK's own
 * names.
 *
 * @param transport `wire` is Sluice's own client, `sdk` the AWS SDK's
 * @param maxConnections most connections to Bedrock, which is most calls at a time; the
 * default is more than one address can have
 * @param connectTimeout longest wait for a connection to be made, TLS included
 */
@Validated
@ConfigurationProperties("sluice.model.bedrock")
record BedrockProperties(@DefaultValue("wire") @NotNull Transport transport,
		@DefaultValue("65535") @Positive int maxConnections, @DefaultValue("5s") @NotNull Duration connectTimeout) {

	enum Transport {

		WIRE, SDK

	}

}
