package dev.sluice.store;

import java.util.List;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

/**
 * A table as the CloudFormation file defines it.
 *
 * @param logicalName its name in the file
 * @param name its name in DynamoDB
 * @param ttl the attribute that holds when an item expires, in seconds since 1970
 */
record Table(String logicalName, String name, List<AttributeDefinition> attributes, List<KeySchemaElement> key,
		List<GlobalSecondaryIndex> indexes, @Nullable String ttl) {

	CreateTableRequest toCreateRequest() {
		return CreateTableRequest.builder()
			.tableName(this.name)
			.attributeDefinitions(this.attributes)
			.keySchema(this.key)
			.globalSecondaryIndexes(this.indexes.isEmpty() ? null : this.indexes)
			.billingMode(BillingMode.PAY_PER_REQUEST)
			.build();
	}

}
