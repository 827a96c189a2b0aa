package dev.sluice.store;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveSpecification;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveRequest;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.stereotype.Component;

/**
 * Looks at the start whether the tables are there, creates them where that is wanted, and
 * otherwise says clearly what is wrong. Sluice starts without them: whoever needs one is
 * told. Tables that could not be created then are created once DynamoDB is there.
 */
@Component
public class TableCheck implements InitializingBean, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(TableCheck.class);

	/** The first calls of a process take longer: classes, credentials, TLS. */
	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private static final Duration PAUSE = Duration.ofSeconds(2);

	private final DynamoStore store;

	private final StoreProperties properties;

	private volatile @Nullable Thread creating;

	private volatile boolean closed;

	TableCheck(DynamoStore store, StoreProperties properties) {
		this.store = store;
		this.properties = properties;
	}

	@Override
	public void afterPropertiesSet() {
		try {
			check();
		}
		catch (StoreException ex) {
			logger.error(
					"DynamoDB cannot be used: {}. Templates and policies that are stored there cannot be read, "
							+ "and audit records wait on disk until it can ({})",
					this.store.trouble(), ex.getMessage());
			if (this.properties.createTables()) {
				this.creating = Thread.ofVirtual().name("table-check").start(this::createLater);
			}
		}
	}

	private void check() {
		for (Table table : this.store.tables().all()) {
			this.store.call((client) -> this.properties.createTables() ? create(client, table)
					: client.describeTable((describe) -> describe.tableName(table.name())
						.overrideConfiguration((override) -> override.apiCallTimeout(PATIENCE))));
		}
	}

	private void createLater() {
		while (!this.closed) {
			try {
				Thread.sleep(PAUSE);
				check();
				logger.info("DynamoDB is there, and so are the tables");
				return;
			}
			catch (StoreException ex) {
				logger.debug("DynamoDB is still away", ex);
			}
			catch (InterruptedException _) {
				return;
			}
		}
	}

	private static boolean create(DynamoDbClient client, Table table) {
		boolean created = false;
		try {
			client.createTable(table.toCreateRequest()
				.toBuilder()
				.overrideConfiguration((override) -> override.apiCallTimeout(PATIENCE))
				.build());
			created = true;
		}
		catch (ResourceInUseException _) {
			// It is there, but who made it may not have come as far as its TTL.
		}
		client.waiter().waitUntilTableExists((describe) -> describe.tableName(table.name()));
		if (table.ttl() != null && isWithoutTtl(client, table)) {
			client.updateTimeToLive(UpdateTimeToLiveRequest.builder()
				.tableName(table.name())
				.timeToLiveSpecification(
						TimeToLiveSpecification.builder().attributeName(table.ttl()).enabled(true).build())
				.build());
		}
		return created;
	}

	private static boolean isWithoutTtl(DynamoDbClient client, Table table) {
		return client.describeTimeToLive((describe) -> describe.tableName(table.name()))
			.timeToLiveDescription()
			.timeToLiveStatus() == TimeToLiveStatus.DISABLED;
	}

	@Override
	public void destroy() {
		this.closed = true;
		Thread thread = this.creating;
		if (thread != null) {
			thread.interrupt();
		}
	}

}
