package dev.sluice.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveSpecification;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveRequest;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.stereotype.Component;

/**
 * Looks at the start whether the tables are there, creates them where that is wanted, and
 * otherwise says clearly what is wrong. Sluice starts without them: whoever needs one is
 * told.
 */
@Component
public class TableCheck implements InitializingBean {

	private static final Logger logger = LoggerFactory.getLogger(TableCheck.class);

	private final DynamoStore store;

	private final StoreProperties properties;

	TableCheck(DynamoStore store, StoreProperties properties) {
		this.store = store;
		this.properties = properties;
	}

	@Override
	public void afterPropertiesSet() {
		try {
			for (Table table : this.store.tables().all()) {
				if (this.properties.createTables()) {
					this.store.call((client) -> create(client, table));
				}
				else {
					this.store.call((client) -> client.describeTable((describe) -> describe.tableName(table.name())));
				}
			}
		}
		catch (StoreException ex) {
			logger.error(
					"DynamoDB cannot be used: {}. Templates and policies that are stored there cannot be read, "
							+ "and audit records wait on disk until it can ({})",
					this.store.trouble(), ex.getMessage());
		}
	}

	private static boolean create(DynamoDbClient client, Table table) {
		try {
			client.createTable(table.toCreateRequest());
		}
		catch (ResourceInUseException _) {
			return false;
		}
		client.waiter().waitUntilTableExists((describe) -> describe.tableName(table.name()));
		if (table.ttl() != null) {
			client.updateTimeToLive(UpdateTimeToLiveRequest.builder()
				.tableName(table.name())
				.timeToLiveSpecification(
						TimeToLiveSpecification.builder().attributeName(table.ttl()).enabled(true).build())
				.build());
		}
		return true;
	}

}
