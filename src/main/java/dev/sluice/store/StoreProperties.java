package dev.sluice.store;

import java.net.URI;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * DynamoDB. Region, endpoint and credentials are set by the AWS SDK's own names.
 *
 * @param endpoint where DynamoDB is, if `AWS_ENDPOINT_URL_DYNAMODB` doesn't say so;
 * `http://127.0.0.1:8000` in the profile `local`
 * @param tablePrefix what the names of all tables begin with
 * @param createTables whether missing tables are created at the start, or once DynamoDB
 * is there; `true` in the profile `local`
 * @param connectTimeout longest wait for a connection to DynamoDB
 * @param timeout longest time that a call of DynamoDB may take, repeats included
 * @param maxConnections most connections to DynamoDB
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
