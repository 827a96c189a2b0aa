package dev.sluice.store;

import java.net.URI;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * DynamoDB. Region, endpoint and credentials are set by the AWS SDK's own names.
 *
 * @param endpoint where DynamoDB is if the SDK's own settings (AWS_ENDPOINT_URL_DYNAMODB)
 * don't say so, such as http://127.0.0.1:8000 for DynamoDB Local
 * @param tablePrefix what the names of all tables begin with; sluice- by default
 * @param createTables whether tables that are missing are created at the start, for
 * development; false by default
 * @param connectTimeout longest wait for a connection; 400ms by default
 * @param timeout longest time that a call may take, repeats included; 1s by default
 * @param maxConnections most connections to DynamoDB; 64 by default
 */
@ConfigurationProperties("sluice.store")
record StoreProperties(@Nullable URI endpoint, @DefaultValue("sluice-") String tablePrefix,
		@DefaultValue("false") boolean createTables, @DefaultValue("400ms") Duration connectTimeout,
		@DefaultValue("1s") Duration timeout, @DefaultValue("64") int maxConnections) {

	StoreProperties {
		if (!connectTimeout.isPositive() || !timeout.isPositive() || maxConnections < 1) {
			throw new IllegalArgumentException("sluice.store: time limits and max-connections must be above 0");
		}
		if (!tablePrefix.matches("[a-zA-Z0-9_.-]{0,100}")) {
			throw new IllegalArgumentException(
					"sluice.store.table-prefix must be at most 100 letters, digits or any of _.-");
		}
	}

}
